import FoundationEssentials
import Reporting
import Testing

@Suite struct JSONTextTests {
  @Test func `the text is what the encoder of Foundation writes`() throws {
    let sample = Sample()
    for isPretty in [false, true] {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
      let expected = String(decoding: try encoder.encode(sample), as: UTF8.self)
      let text = String(decoding: try JSONText.encode(sample, isPretty: isPretty), as: UTF8.self)
      #expect(text == expected)
    }
  }

  private struct Sample: Encodable {
    var none: [Int] = []
    var nobody: [String: Int] = [:]
    var texts = ["x/\"\\\u{1}\u{1f}\u{7f}é\n\t\u{8}\u{c}\r", ""]
    var doubles = [1e22, 1, -0.0, 1e-7, 0.1, 123_456_789.125]
    var float: Float = 0.1
    var flags = [true, false]
    var large = [UInt64.max]
    var small = [Int8.min]
    var missing: Int?
    var holes: [Int?] = [1, nil]
    var nested = [["b": [1], "a": []], [:]]
    var aB = 1
    var a_b = 2
    var ab = 3
    var a10 = 4
    var a2 = 5
    var inner = Inner()
  }

  private struct Inner: Encodable {
    var wrapped = Wrapped(value: 7)
  }

  private struct Wrapped: Encodable {
    var value: Int
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(value)
    }
  }
}
