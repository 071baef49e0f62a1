import DockerEngine
import Glibc
import LabTestSupport
import Reporting
import Testing

/// What the names of a topology that are no containers' names stand for in a live run.
@Suite(.enabled(if: LiveEngine.isThere, LiveEngine.skipped))
struct PlacesTests {
  /// Runs an experiment with these faults; returns its rows.
  private func faults(
    of lines: String, duration: String, in live: ExperimentLab
  ) async throws -> [JSONValue] {
    let file = try live.lab.folder.write(
      try await live.experiment(with: "faults:\n" + lines, duration: duration),
      to: "places.yaml")
    let run = try await live.lab.chaos("run", file, "--url", live.url, "--format", "json")
    #expect(try await live.lab.inForce().isEmpty, "\(run)")
    return try #require(try JSONValue(parsing: run.output)["faults"]?.elements, "\(run)")
  }

  @Test func `the balancer is whoever answers at the URL, and clients are this machine`()
    async throws
  {
    try await ExperimentLab.with { live in
      let rows = try await faults(
        of: """
            - {at: 500ms, partition: [balancer, \(live.killed)], for: 1s}
            - {at: 2s, delay: clients, by: 40ms, for: 1s}
            - {at: 3500ms, drop: balancer, rate: 30%, peer: clients, for: 1s}
          """, duration: "5s", in: live)
      #expect(rows.map { $0["took"] } == [.bool(true), .bool(true), .bool(true)], "\(rows)")
      // The words of the file are those of the report.
      #expect(rows[0]["targets"]?.elements?.compactMap(\.string) == ["balancer"])
      #expect(rows[0]["measured"]?["passed"]?.number == 0)
      #expect(rows[1]["targets"]?.elements?.compactMap(\.string) == ["users"])
      let delay = try #require(rows[1]["measured"]?["by_ms"]?.number)
      #expect((38...60).contains(delay), "\(rows)")
    }
  }

  @Test func `packets that nobody overtakes show that they were held back`() async throws {
    try await ExperimentLab.with { live in
      let rows = try await faults(
        of: """
            - {at: 500ms, reorder: \(live.killed), rate: 30%, for: 3s}
            - {at: 500ms, reorder: \(live.others[0]), rate: 30%, direction: ingress, for: 3s}
            - {at: 500ms, corrupt: \(live.others[1]), rate: 20%, direction: ingress, for: 3s}
          """, duration: "5s", in: live)
      for (row, asked) in zip(rows, [0.3, 0.3, 0.2]) {
        #expect(row["took"] == .bool(true), "\(row)")
        let bounds = try #require(row["measured_ci95"]?["rate"]?.elements).compactMap(\.number)
        #expect(bounds[0] <= asked * 1.2 && bounds[1] >= asked * 0.8, "\(row)")
      }
    }
  }

  @Test func `a kill that somebody undid at once did not take`() async throws {
    try await ExperimentLab.with { live in
      let file = try live.lab.folder.write(
        try await live.experiment(
          with: "faults:\n  - {at: 500ms, kill: \(live.killed), for: 15s}\n", duration: "16s"),
        to: "undone.yaml")
      let command = try live.lab.start("run", file, "--url", live.url, "--format", "json")
      try await live.lab.waitUntilDown(live.killed)
      _ = try await live.lab.docker("start", live.killed)
      let run = try await command.end()
      let row = try #require(try JSONValue(parsing: run.output)["faults"]?.elements?.first)
      #expect(row["took"] == .bool(false), "\(run)")
      #expect(row["remark"]?.string == "somebody else undid it before its time")
    }
  }

  @Test func `packets of the balancer say who answered where no header does`() async throws {
    try await ExperimentLab.with { live in
      let config = live.lab.folder.path + "/nginx.conf"
      let text = try await CommandRun.run("/bin/cat", [config]).output
      _ = try live.lab.folder.write(
        text.replacing("add_header X-Backend $upstream_addr always;", with: ""), to: "nginx.conf")
      _ = try await live.lab.docker("restart", "-t", "0", live.balancer)
      let packets = live.lab.folder.path + "/run.pcapng"
      let run = try await live.lab.chaos(
        "run", live.experiment, "--url", live.url, "--format", "json", "--capture", packets)
      let report = try JSONValue(parsing: run.output)
      let shares = (live.others + [live.killed]).map {
        report["load"]?["backends"]?[$0]?["share"]?["value"]?.number ?? 0
      }
      #expect(abs(shares.reduce(0, +) - 1) < 0.001 && shares.allSatisfy { $0 > 0.05 }, "\(run)")
      #expect(report["hypothesis"]?.elements?.allSatisfy { $0["observed"]?.number != nil } == true)
    }
  }
}
