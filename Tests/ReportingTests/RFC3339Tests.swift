import Reporting
import Testing

struct RFC3339Tests {
  private static let times: [(Int64, String)] = [
    (1_795_233_600_000_000_001, "2026-11-21T04:00:00.000000001Z"),
    (0, "1970-01-01T00:00:00.000000000Z"),
  ]

  @Test(arguments: times)
  func `a time has nine decimals, there and back`(time: Int64, text: String) {
    #expect(RFC3339.text(time) == text)
    #expect(RFC3339.nanoseconds(text) == time)
  }

  @Test(arguments: ["", "2026-11-21T04:00:00Z", "2026-11-21T04:00:00.1Z", "now.000000000Z"])
  func `another text is none`(text: String) {
    #expect(RFC3339.nanoseconds(text) == nil)
  }
}
