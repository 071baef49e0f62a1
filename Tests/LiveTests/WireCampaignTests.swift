import DockerEngine
import Glibc
import LabTestSupport
import Testing

/// Every process of ours is killed without a word while packets are changed, and nobody helps: the
/// kernel's own rules are looked at, in the network of the container.
///
/// `CHAOS_CAMPAIGN=full` makes it 203 moments in place of 14.
@Suite(.enabled(if: LiveEngine.isThere && LiveEngine.isPrivate, LiveEngine.skipped))
struct WireCampaignTests {
  /// One kind of fault on packets, and the moment at which all of ours die.
  struct Trial: Sendable, CustomTestStringConvertible {
    var words: [String]
    var milliseconds: Int

    var testDescription: String { "\(words.joined(separator: " ")) after \(milliseconds) ms" }
  }

  private static let kinds = [
    ["delay", "--by", "50ms", "--direction", "both"], ["drop", "--rate", "20%"],
    ["drop", "--model", "gilbert-elliott", "--to-bad", "5%", "--to-good", "30%"],
    ["duplicate", "--rate", "20%"], ["throttle", "--bandwidth", "1Mbit/s"], ["partition"],
    ["reset", "--port", "80"],
  ]
  private static let span = Duration.milliseconds(700)

  /// The moments lie closer together where more happens: before the fault is in force.
  private static let trials: [Trial] = {
    let count = LiveEngine.environment["CHAOS_CAMPAIGN"] == "full" ? 29 : 2
    return kinds.indices.flatMap { kind in
      (0..<count).map { number in
        let share = (Double(number) + Double(kind) / Double(kinds.count)) / Double(count)
        return Trial(words: kinds[kind], milliseconds: Int(900 * share * share))
      }
    }
  }()

  @Test(arguments: trials)
  func `whenever all of ours are killed, the wire is free a second after the time`(
    trial: Trial
  ) async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start(
        [trial.words[0], web, "--for", "700ms"] + trial.words.dropFirst())
      try await Task.sleep(for: .milliseconds(trial.milliseconds))
      command.send(SIGKILL)
      // What was being started at that moment is killed in the second round.
      for _ in 0..<2 {
        for verb in ["guard", "hold"] {
          for pid in try await CampaignTests.processes(verb, of: lab) { kill(pid, SIGKILL) }
        }
      }
      _ = try await command.end()
      // What was being said to the kernel at that moment is still said, whoever has died.
      let speakers = ["pgrep", "--ns", "\(try lab.state(web).pid)", "--nslist", "net", "-x", "nft"]
      #expect(
        try await lab.eventually {
          try await CommandRun.run("/usr/bin/env", speakers).ending == .exited(1)
        })
      try await Task.sleep(for: Self.span + .seconds(1))
      let rules = try await network(of: web, in: lab, "nft", "list", "ruleset")
      #expect(!rules.contains("expires"), "a lease goes on:\n\(rules)")
      let heal = try await lab.chaos("heal", "--all")
      #expect(heal.ending == .exited(0), "\(heal)")
      let after = try await network(of: web, in: lab, "nft", "list", "tables")
      #expect(!after.contains("chaos_"), "\(after)")
      let qdiscs = try await network(of: web, in: lab, "tc", "qdisc", "show")
      #expect(!qdiscs.contains("ca01:"), "\(qdiscs)")
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `a lease that goes on is seen in the rules`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start("partition", web, "--for", "30s")
      #expect(
        try await lab.eventually {
          try await network(of: web, in: lab, "nft", "list", "ruleset").contains("expires")
        })
      command.send(SIGINT)
      _ = try await command.end()
    }
  }

  /// What a program prints in the network of a container.
  private func network(
    of name: String, in lab: LiveLab, _ words: String...
  ) async throws -> String {
    let pid = try lab.state(name).pid
    let run = try await CommandRun.run(
      "/usr/bin/env", ["nsenter", "-t", "\(pid)", "-n"] + words)
    try #require(run.ending == .exited(0), "\(run)")
    return run.output
  }
}
