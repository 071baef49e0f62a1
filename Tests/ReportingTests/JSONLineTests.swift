import FoundationEssentials
import Reporting
import Testing

/// The text of a value as Foundation writes it.
private func foundationText(
  _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting = []
) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// One of each kind of part that a value may have.
private struct Sample: Encodable {
  var strings = [
    "", "\"quoted\" \\ and/or", "\u{0}\u{1}\u{8}\t\n\u{B}\u{C}\r\u{1F}\u{7F}\u{2028}", "Zürich 😀",
  ]
  var numbers = [0, -0.0, 3, 0.1, 1e-7, 123_456.789, 1e15, 1e16, .greatestFiniteMagnitude]
  var single = Float(0.1)
  var small = Int8.min
  var large = UInt64.max
  var wide = [Int128.min, 0]
  var wider = UInt128.max
  var isTrue = true
  var absent: Int?
  var none: [Int] = []
  var empty: [String: Int] = [:]
  var keys = ["b10": 1, "b2": 2, "B": 3, "a b": 4, "a!": 5, "a\"": 6, "a": 7, "ä": 8, "": 9]
  var nested = [[["deep": [true, false]]], []]
}

/// An object whose containers are opened twice and filled in turns.
private struct Interleaved: Encodable {
  enum Key: CodingKey { case second, first, later, list }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    var nested = container.nestedContainer(keyedBy: Key.self, forKey: .second)
    try nested.encode(Sample(), forKey: .later)
    var list = container.nestedUnkeyedContainer(forKey: .list)
    try list.encode("one")
    var again = encoder.container(keyedBy: Key.self)
    try again.encodeNil(forKey: .first)
    var inner = list.nestedContainer(keyedBy: Key.self)
    try inner.encode(2, forKey: .second)
    try nested.encode(1, forKey: .first)
    try list.encodeNil()
    try inner.encode([Sample()], forKey: .first)
  }
}

struct JSONLineTests {
  @Test func `the text of every kind of value is that of Foundation`() throws {
    #expect(try lineOfJSON(Sample()) == foundationText(Sample()))
    #expect(try readableJSON(Sample()) == foundationText(Sample(), .prettyPrinted))
  }

  @Test func `containers that are filled in turns end where they began`() throws {
    let values = [Interleaved(), Interleaved()]
    #expect(try lineOfJSON(values) == foundationText(values))
    #expect(try readableJSON(values) == foundationText(values, .prettyPrinted))
  }

  @Test func `a report reads the same through any encoder`() throws {
    var report = sampleReport()
    report.throughputPerSecond = Figure(4.1, interval: 4...4.2)
    report.backends[0].name = "a \"name\" with\nescapes"
    #expect(try report.json == foundationText(report, .prettyPrinted))
  }

  @Test func `a bare value is written as it is`() throws {
    #expect(lineOfJSON("a") == "\"a\"")
    #expect(lineOfJSON(JSONValue.null) == "null")
    #expect(readableJSON(JSONValue.object([:])) == "{\n\n}")
  }
}
