import Conformance
import FoundationEssentials
import LabTestSupport
import Reporting
import Testing

/// The simulated balancers against what the real ones were recorded to do.
struct ReplayTests {
  static let outcomeFields = [
    "attempts", "status", "attempt_status", "took", "reached", "retries", "term", "picked",
    "queued", "dequeued",
  ]

  @Test func `there are recordings`() { #expect(RecordedFolder.names.count >= 67) }

  @Test(arguments: RecordedFolder.names)
  func `every decision is the real program's`(name: String) throws {
    let file = RecordedFolder.file(name)
    let report = try #require(try RecordedFolder.reader.recording(inFile: file)).judged()
    let judged = try RecordedFolder.document(name)["steps"]?.elements ?? []
    #expect(report.mismatched == 0)
    #expect(report.matched == judged.count { $0["status"] != nil || $0["picked"] != nil })
    #expect(report.matched > 0 && report.steps.count == judged.count)
  }

  @Test(arguments: RecordedFolder.names)
  func `without its outcomes a recording is answered just the same`(name: String) throws {
    let file = RecordedFolder.file(name)
    let whole = try #require(try RecordedFolder.reader.recording(inFile: file)).judged()
    var document = try RecordedFolder.document(name)
    document["sequence"] = nil
    document["steps"] = .array(
      (document["steps"]?.elements ?? []).map { step in
        var step = step
        let isRequest = step["op"]?.string == "request"
        for key in Self.outcomeFields { step[key] = nil }
        if isRequest { step["server"] = nil }
        return step
      })
    let bytes = Array(try JSONEncoder().encode(document))
    let recording = try RecordedFolder.reader.recording(bytes, file: name) { name in
      try? String(contentsOfFile: RecordedFolder.path + name, encoding: .utf8)
    }
    let blind = try #require(recording).judged()
    #expect(blind.matched == 0 && blind.mismatched == 0)
    // What depends on a random start is answered from the first one that comes.
    if whole.comparison == .exact || whole.comparison == .distribution {
      #expect(blind.steps.map(\.filledIn) == whole.steps.map(\.filledIn))
    }
    #expect(try JSONValue(parsing: blind.json)["id"]?.string == name)
  }
}
