import DockerEngine
import Glibc
import LabTestSupport
import Reporting
import Testing

@Suite(.enabled(if: LiveEngine.isThere, LiveEngine.skipped))
struct ExperimentTests {
  @Test func `an experiment kills a backend on time, is judged, and leaves a report`()
    async throws
  {
    try await ExperimentLab.with { live in
      let folder = live.lab.folder.path + "/out"
      let run = try await live.lab.chaos(
        "run", live.experiment, "--url", live.url, "--format", "json", "--output", folder)
      #expect(run.ending == .exited(0) || run.ending == .exited(1), "\(run)")
      let report = try JSONValue(parsing: run.output)
      #expect(report["verdict"]?.string == (run.ending == .exited(0) ? "holds" : "refuted"))
      #expect(report["hypothesis"]?.elements?.count == 3)

      let fault = try #require(report["faults"]?.elements?.first)
      #expect(fault["fault"]?.string == "kill" && fault["via"]?.string == "engine")
      #expect(fault["targets"]?.elements?.compactMap(\.string) == [live.killed])
      #expect(fault["took"] == .bool(true), "\(run)")
      #expect(try #require(fault["from_s"]?.number) >= 1.5)
      #expect(try #require(fault["measured"]?["down_s"]?.number) >= 1.9)

      let events = try #require(report["events"]?.elements)
      let words = events.filter { $0["container"]?.string == live.killed }
        .compactMap { $0["event"]?.string }
      #expect(words.contains("die") && words.contains("start"), "\(run)")

      let load = try #require(report["load"])
      let issued = try #require(load["requests"]?["issued"]?.number)
      let ended = ["succeeded", "failed", "unfinished"].compactMap {
        load["requests"]?[$0]?.number
      }
      #expect(issued > 700 && ended.reduce(0, +) == issued)
      let picked = load["backends"]?.keys.compactMap {
        load["backends"]?[$0]?["picked"]?.number
      }
      #expect(try #require(picked).reduce(0, +) > 0, "nginx says which backend answered")
      #expect(try await live.lab.inForce().isEmpty)
      #expect(try live.lab.state(live.killed).status == "running")
      let kept = try await CommandRun.run("/bin/cat", ["\(folder)/report.json"])
      #expect(kept.output == run.output)
    }
  }

  @Test func `a delay is measured on the wire, and the packets are kept`() async throws {
    try await ExperimentLab.with { live in
      let text = try await CommandRun.run("/bin/cat", [live.experiment]).output
      let file = try live.lab.folder.write(
        text.replacing("kill: \(live.killed)", with: "delay: \(live.killed), by: 100ms"),
        to: "delay.yaml")
      let packets = live.lab.folder.path + "/run.pcap"
      let run = try await live.lab.chaos(
        "run", file, "--url", live.url, "--format", "json", "--capture", packets)
      let report = try JSONValue(parsing: run.output)
      let fault = try #require(report["faults"]?.elements?.first)
      #expect(fault["took"] == .bool(true), "\(run)")
      #expect(fault["asked"]?["by_ms"]?.number == 100)
      let measured = try #require(fault["measured"]?["by_ms"]?.number)
      // Late is what a busy machine makes of it; by as much again it would be another fault.
      #expect((95..<190).contains(measured), "\(run)")
      let bounds = try #require(fault["measured_ci95"]?["by_ms"]?.elements).compactMap(\.number)
      #expect(bounds.count == 2 && bounds[0] <= measured && measured <= bounds[1])
      #expect(try #require(report["capture"]?["captured"]?.number) > 1000)
      #expect(report["capture"]?["dropped"]?.number == 0)
      #expect(try await live.lab.inForce().isEmpty)
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interrupted experiment heals first, and says so`(signal: Int32) async throws {
    try await ExperimentLab.with { live in
      let file = try live.lab.folder.write(
        try await live.experiment(
          with: "faults: [{at: 500ms, kill: \(live.killed), for: 600s}]", duration: "600s"),
        to: "long.yaml")
      let command = try live.lab.start("run", file, "--url", live.url, "--format", "json")
      try await live.lab.waitUntilDown(live.killed)
      command.send(signal)
      let run = try await command.end()
      #expect(run.ending == .exited(128 + signal), "\(run)")
      #expect(try JSONValue(parsing: run.output)["verdict"]?.string == "aborted")
      #expect(try live.lab.state(live.killed).status == "running")
      #expect(try await live.lab.inForce().isEmpty)
    }
  }

  @Test(arguments: [300, 1150, 1300, 1480, 1530, 1700, 2600, 3480, 3550])
  func `an experiment killed at any moment leaves nothing in force`(
    milliseconds: Int
  ) async throws {
    try await ExperimentLab.with { live in
      let command = try live.lab.start("run", live.experiment, "--url", live.url)
      try await Task.sleep(for: .milliseconds(milliseconds))
      command.send(SIGKILL)
      #expect(try await command.end().ending == .signalled(SIGKILL))
      #expect(
        try await live.lab.eventually {
          let nothing = try await live.lab.inForce().isEmpty
          return try nothing && live.lab.state(live.killed).status == "running"
        })
    }
  }

  @Test func `an experiment that cannot be made sends no request and changes nothing`()
    async throws
  {
    try await ExperimentLab.with { live in
      let text = try await CommandRun.run("/bin/cat", [live.experiment]).output
      let file = try live.lab.folder.write(
        text.replacing("at: 1500ms", with: "at: 2m").replacing(
          "kill: \(live.killed)", with: "pause: nobody-\(live.killed)"),
        to: "nobody.yaml")
      let run = try await live.lab.chaos("run", file, "--url", live.url)
      #expect(run.ending == .exited(65), "\(run)")
      #expect(run.output.isEmpty)
      let plan = try await live.lab.chaos("run", live.experiment, "--url", live.url, "--dry-run")
      #expect(plan.ending == .exited(0))
      #expect(plan.output.hasPrefix("at 1.5 s:\n"))
      #expect(plan.output.contains("/kill?signal=SIGKILL"))
      #expect(plan.output.hasSuffix("nothing was changed\n"))
      #expect(try live.lab.state(live.killed).status == "running")
    }
  }

  @Test func `loss, bandwidth and what did not take are told from the target's packets`()
    async throws
  {
    try await ExperimentLab.with { live in
      let faults = """
        faults:
          - {at: 500ms, drop: \(live.killed), rate: 20%, for: 2s}
          - {at: 3s, throttle: \(live.killed), bandwidth: 100kbit/s, for: 3s}
          - {at: 1s, kill: \(live.others[0]), signal: SIGHUP}
          - {at: 1s, delay: \(live.others[1]), by: 50ms, port: 9, for: 1s}
        """
      let file = try live.lab.folder.write(
        try await live.experiment(with: faults, duration: "7s"), to: "four.yaml")
      let run = try await live.lab.chaos("run", file, "--url", live.url, "--format", "json")
      let rows = try #require(try JSONValue(parsing: run.output)["faults"]?.elements)
      func row(_ name: String) throws -> JSONValue {
        try #require(rows.first { $0["fault"]?.string == name }, "\(run)")
      }
      let drop = try row("drop")
      let rates = try #require(drop["measured_ci95"]?["rate"]?.elements).compactMap(\.number)
      #expect(rates[0] <= 0.25 && rates[1] >= 0.15, "\(run)")
      #expect(drop["took"] == .bool(true))

      let throttle = try row("throttle")
      let bandwidth = try #require(throttle["measured"]?["bandwidth_bits_per_s"]?.number)
      #expect((80_000...120_000).contains(bandwidth), "\(run)")
      #expect(throttle["asked"]?["bandwidth_bits_per_s"]?.number == 100_000)
      #expect(throttle["took"] == .bool(true))

      // nginx reads its configuration anew on SIGHUP, and lives on.
      #expect(try row("kill")["took"] == .bool(false), "\(run)")
      let unseen = try row("delay")
      #expect(unseen["took"] == .null && unseen["measured"] == .null)
      #expect(unseen["remark"]?.string?.contains("not enough traffic to tell") == true)
      #expect(try await live.lab.inForce().isEmpty)
    }
  }

  @Test func `a prediction of the same file stands beside what was observed`() async throws {
    try await ExperimentLab.with { live in
      let folder = live.lab.folder.path + "/out"
      let run = try await live.lab.chaos(
        "run", live.experiment, "--url", live.url, "--format", "json", "--predict", "--output",
        folder)
      let report = try JSONValue(parsing: run.output)
      #expect(report["predicted"]?["replications"]?.number == 20)
      let figures = try #require(report["agreement"]?.elements)
      #expect(figures.contains { $0["figure"]?.string == "latency_ms.p99" }, "\(run)")
      let share = figures.first { $0["figure"]?.string == "backends.\(live.killed).share" }
      #expect(try #require(share?["predicted"]?.number) < 0.34, "the dead one serves less")
      let page = try await CommandRun.run("/bin/cat", ["\(folder)/report.html"]).output
      for heading in ["What was broken", "Predicted and observed", "Second by second"] {
        #expect(page.contains("<h2>\(heading)</h2>"))
      }
    }
  }
}
