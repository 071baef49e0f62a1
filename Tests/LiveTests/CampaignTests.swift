import DockerEngine
import FoundationEssentials
import Glibc
import LabTestSupport
import Testing

/// Ours are killed without a word, at moments spread over the run of each kind of fault.
///
/// `CHAOS_CAMPAIGN=full` makes it 210 moments in place of 60.
@Suite(.enabled(if: LiveEngine.isThere && LiveEngine.isPrivate, LiveEngine.skipped))
struct CampaignTests {
  /// Who dies.
  enum Victim: String, Sendable, CaseIterable {
    case command, guardian, both
  }

  /// One kind of fault, one moment, one victim.
  struct Trial: Sendable, CustomTestStringConvertible {
    var words: [String]
    var milliseconds: Int
    var victim: Victim

    var testDescription: String {
      "\(words.joined(separator: " ")), \(victim.rawValue) after \(milliseconds) ms"
    }
  }

  private static let kinds = [
    ["kill"], ["kill", "--signal", "TERM"], ["stop"], ["pause"], ["cpu", "--cpus", "0.05"],
    ["cpu", "--burn", "1"], ["memory", "--limit", "64M"], ["memory", "--fill", "20M"],
    ["delay", "--by", "50ms"], ["drop", "--rate", "20%"], ["partition"],
    ["fail", "--rate", "50%"], ["dns", "--mode", "nxdomain"], ["disk", "--limit", "1M"],
    ["disk", "--fill", "10M"],
  ]

  /// The moments of a kind lie closer together where more happens: before the fault is in force.
  private static let trials: [Trial] = {
    let isFull = LiveEngine.environment["CHAOS_CAMPAIGN"] == "full"
    let count = isFull ? 14 : 4
    return kinds.indices.flatMap { kind in
      (0..<count).map { number in
        let share = (Double(number) + Double(kind) / Double(kinds.count)) / Double(count)
        return Trial(
          words: kinds[kind], milliseconds: Int(1300 * share * share),
          victim: Victim.allCases[(number + kind) % Victim.allCases.count])
      }
    }
  }()

  @Test(arguments: trials)
  func `whoever is killed at whatever moment, nothing is left of the fault`(
    trial: Trial
  ) async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let id = try lab.engine.inspect(web).id
      let limits = Self.limits(of: id)
      let command = try lab.start(
        [trial.words[0], web, "--for", "700ms"] + trial.words.dropFirst())
      try await Task.sleep(for: .milliseconds(trial.milliseconds))
      if trial.victim != .command {
        for pid in try await Self.processes("guard", of: lab) { kill(pid, SIGKILL) }
      }
      if trial.victim != .guardian { command.send(SIGKILL) }
      _ = try await command.end()
      if trial.victim == .both {
        // A call that was on its way when its sender died may still be on its way; the engine
        // answers ours after it.
        _ = try lab.state(web)
        try await Task.sleep(for: .milliseconds(300))
        let run = try await lab.chaos("heal", "--all")
        #expect(run.ending == .exited(0), "\(run)")
      }
      #expect(
        try await lab.eventually {
          let nothing = try await lab.inForce().isEmpty
          return try nothing && lab.state(web).status == "running"
        })
      try await Task.sleep(for: .milliseconds(200))
      #expect(try lab.state(web).status == "running")
      #expect(Self.limits(of: id) == limits)
      for verb in ["guard", "burn", "hold"] {
        #expect(
          try await lab.eventually { try await Self.processes(verb, of: lab).isEmpty },
          "a process \(verb) is left")
      }
    }
  }

  /// What the control groups of a container say, of whichever version they are.
  private static func limits(of id: String) -> [String] {
    let files = [
      "cpu/docker/\(id)/cpu.cfs_quota_us", "memory/docker/\(id)/memory.limit_in_bytes",
      "blkio/docker/\(id)/blkio.throttle.write_bps_device", "docker/\(id)/io.max",
      "docker/\(id)/cpu.max", "docker/\(id)/memory.max",
      "system.slice/docker-\(id).scope/cpu.max", "system.slice/docker-\(id).scope/memory.max",
    ]
    return files.compactMap { file in
      (try? Data(contentsOf: URL(filePath: "/sys/fs/cgroup/" + file)))
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The processes of ours that a hidden verb runs over this lab's ledger.
  static func processes(_ verb: String, of lab: LiveLab) async throws -> [pid_t] {
    let words = ["pgrep", "-f", "^chaos \(verb) \(lab.ledger) "]
    let run = try await CommandRun.run("/usr/bin/env", words)
    return run.output.split(separator: "\n").compactMap { pid_t($0) }
  }
}
