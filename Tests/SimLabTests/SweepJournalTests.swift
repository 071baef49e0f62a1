import FoundationEssentials
import Glibc
import LabTestSupport
import Reporting
import Testing

/// A sweep that goes on where it was.
struct SweepJournalTests {
  /// One server that needs 10 ms for a request, with arrivals from a file beside it.
  private static let server = """
    name: server
    clients: {users: {open: {rate: 50/s, requests: 2000}}}
    balancer: {like: ideal, strategy: random}
    backends: {one: {workers: 1, service: {cpu: {empirical: times.csv}}}}
    network: {transport: message}
    """
  private static let grid = [
    "--vary", "clients.users.open.rate=20/s..60/s:20/s", "--vary", "backends.one.workers=1,2",
  ]
  private static let search = [
    "--vary", "backends.one.workers=1,2", "--find", "clients.users.open.rate=10/s..60/s:5/s",
    "--until", "backends.one.response.p90 < 40ms", "--replications", "3",
  ]

  private let folder: TemporaryFolder
  private let file, journal, page: String

  init() throws {
    folder = try TemporaryFolder()
    file = try folder.write(Self.server, to: "server.yaml")
    _ = try folder.write("0.005\n0.010\n0.015\n", to: "times.csv")
    journal = folder.path + "/server.journal"
    page = folder.path + "/server.html"
  }

  private func sweep(_ words: [String], ending status: Int32 = 0) async throws -> CommandRun {
    let run = try await CommandRun.run(BuiltProduct.path("simlab"), ["sweep", file] + words)
    #expect(run.ending == .exited(status), "\(run)")
    return run
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  /// Everything that a sweep says, but for how long it took.
  private func results(_ words: [String]) async throws -> [String] {
    let json = try await sweep(words + ["--format", "json", "--html", page]).output
    let lines = json.split(separator: "\n").filter { !$0.contains("\"wall_s\"") }
    return [
      lines.joined(separator: "\n"), try text(page), try await sweep(words).output,
    ]
  }

  @Test(arguments: [Self.grid, Self.search])
  func `an interrupted sweep comes to the same as one that was not`(words: [String]) async throws {
    let whole = try await results(words)
    let journaled = words + ["--journal", journal]
    #expect(try await results(journaled) == whole)
    let kept = try text(journal)
    let ends = kept.indices.filter { kept[$0] == "\n" }
    // Cut off after the first line and in the middle of it, within the last and within another.
    let places = [
      kept.index(ends[0], offsetBy: -3), kept.index(after: ends[0]),
      kept.index(ends[2], offsetBy: 40), kept.index(ends[ends.count - 1], offsetBy: -9),
    ]
    for place in places {
      _ = try folder.write(String(kept[..<place]), to: "server.journal")
      #expect(try await results(journaled) == whole)
      // A line for each point: what was there was not measured again.
      #expect(try text(journal).count { $0 == "\n" } == ends.count)
    }
    let again = try await sweep(journaled)
    #expect(again.errors.hasSuffix("goes on from the \(ends.count - 1) points measured before.\n"))
    #expect(again.output == whole[2])
  }

  @Test func `an interruption leaves what was measured and says how to go on`() async throws {
    // The third point would take many minutes.
    let path = "clients.users.open.requests"
    let running = try RunningCommand(
      BuiltProduct.path("simlab"),
      ["sweep", file, "--vary", "\(path)=2000,4000,10000000000", "--journal", journal])
    while (try? text(journal).count { $0 == "\n" }) ?? 0 < 3 {
      try await Task.sleep(for: .milliseconds(1))
    }
    running.send(SIGINT)
    let run = try await running.end()
    #expect(run.ending == .exited(130) && run.output.isEmpty)
    #expect(run.errors == "Interrupted; the same command goes on from \(journal).\n")
    let words = ["--vary", "\(path)=2000,4000"]
    let resumed = try await sweep(words + ["--journal", journal])
    #expect(resumed.errors.hasSuffix("goes on from the 2 points measured before.\n"))
    #expect(try await sweep(words).output == resumed.output)
  }

  @Test func `a wider grid uses the points of a narrower one`() async throws {
    let path = "clients.users.open.rate"
    _ = try await sweep(["--vary", "\(path)=20/s,40/s", "--journal", journal])
    let wider = ["--vary", "\(path)=20/s,30/s,40/s"]
    let run = try await sweep(wider + ["--journal", journal])
    #expect(run.errors.hasSuffix("goes on from the 2 points measured before.\n"))
    #expect(try await sweep(wider).output == run.output)
    #expect(try text(journal).count { $0 == "\n" } == 4)
  }

  @Test func `another file, seed or setting starts anew, and nothing is lost`() async throws {
    let words = ["--vary", "backends.one.workers=1,2", "--journal", journal]
    _ = try await sweep(words)
    let first = try text(journal)
    let anew = "the 2 points in it have another file, setting, seed or version; "
    #expect(try await sweep(words + ["--seed", "7"]).errors.contains(anew))
    #expect(try text(journal).hasPrefix(first))
    _ = try folder.write(first, to: "server.journal")
    // So does a change of a file that the file names.
    _ = try folder.write("0.005\n0.010\n0.016\n", to: "times.csv")
    #expect(try await sweep(words).errors.contains(anew))
    _ = try folder.write("0.005\n0.010\n0.015\n", to: "times.csv")
    #expect(
      try await sweep(words).errors.hasSuffix("goes on from the 2 points measured before.\n"))
  }

  @Test(arguments: [
    ("name: server\n", "this is no journal of a sweep; name another file"),
    ("no newline", "this is no journal of a sweep; name another file"),
    (#"{"format":1,"journal":"simlab sweep"}"# + "\n{}\n", "line 2 is damaged; take it out"),
  ])
  func `what is no journal is left as it is`(content: String, complaint: String) async throws {
    _ = try folder.write(content, to: "server.journal")
    let run = try await sweep(Self.grid + ["--journal", journal], ending: 65)
    #expect(run.output.isEmpty && run.errors.contains("--journal: \(journal): \(complaint)"))
    #expect(run.errors.count { $0 == "\n" } == 1)
    #expect(try text(journal) == content)
  }

  @Test func `a journal has one writer, and is a file that can be written`() async throws {
    let held = open(journal, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(held) }
    #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
    let busy = try await sweep(Self.grid + ["--journal", journal], ending: 65)
    #expect(busy.errors.contains("another sweep writes to it; let that end, or name another file"))
    let absent = folder.path + "/absent/server.journal"
    let run = try await sweep(Self.grid + ["--journal", absent], ending: 65)
    #expect(run.errors.contains("\(absent) cannot be written: No such file or directory."))
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let piped = try await sweep(Self.grid + ["--journal", pipe], ending: 65)
    #expect(piped.errors.contains("this is a pipe or a device; name a regular file"))
  }
}
