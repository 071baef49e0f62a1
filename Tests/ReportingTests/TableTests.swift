import Reporting
import Testing

struct TableTests {
  @Test func `a report reads at a glance`() {
    let expected = """
      three-weighted  nginx.weighted-round-robin  seed 1  digest aff050071d66dbdd

      Requests    6,000 issued, 5,987 succeeded, 12 failed, 1 unfinished
      Failures    9 by status 504, 3 by client time-out
      Throughput  31.3/s in 191s of simulated time (140,012 events in 40.0ms)
      Latency     mean 475ms  p50 950ms  p90 950ms  p95 950ms  p99 950ms  p99.9 950ms  max 950ms

      Backend        Share  Utilization  Response p50     p95     p99    mean  Queue  Throttled  Failed
      back-01  16.7% █▋     50.0% ██▌          4.10ms  4.10ms  4.10ms  2.05ms   1.25          0       0
      back-02  33.3% ███▍   50.0% ██▌          4.10ms  4.10ms  4.10ms  2.05ms   1.25          0       0
      back-03  50.0% █████  50.0% ██▌          4.10ms  4.10ms  4.10ms  2.05ms   1.25      61.2s      12

      Share is of the balancer's picks. Latency runs from a client's send to its receipt of the
      answer, response from the balancer's pick to its receipt; both of successes after the warm-up.
      """
    #expect(sampleReport().table() == expected + "\n")
  }

  @Test func `columns that would tell nothing are left out`() {
    var report = sampleReport()
    report.backends.removeLast()
    report.failures = .init(
      status502: 0, status503: 0, status504: 0, clientTimeout: 0, connection: 0)
    let table = report.table()
    #expect(!table.contains("Throttled") && !table.contains("Failed"))
    #expect(!table.contains("Failures"))
  }

  @Test func `of many backends the busiest twenty are shown, in the order of the file`() {
    var report = sampleReport()
    report.backends = (1...1000).map { backend("b\($0)", picked: $0 % 50 == 0 ? 2 : 1) }
    let table = report.table()
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("b") }
    #expect(rows.count == 20)
    #expect(rows.first?.hasPrefix("b50 ") == true && rows.last?.hasPrefix("b1000 ") == true)
    #expect(
      table.contains("… and 980 more backends, none picked more often, with 980 picks in all"))
  }

  @Test func `of many backends a table tells what the figures of all lie between`() throws {
    var report = sampleReport()
    report.backends = (1...101).map { backend("b\($0)", picked: $0, failed: $0 - 1) }
    let lines = report.table().split(separator: "\n").map(String.init)
    let first = try #require(lines.firstIndex { $0.hasPrefix("… and 81 more backends") })
    let cells = lines[(first + 1)...(first + 3)].map { $0.split(separator: " ").map(String.init) }
    let names = cells.map { $0.prefix { !$0.hasSuffix("%") }.joined(separator: " ") }
    #expect(names == ["least of all", "median", "most"])
    #expect(cells.map(\.last) == ["0", "50", "100"])
  }

  @Test func `no line is wider than a hundred columns, whatever the names and numbers are`() {
    var report = sampleReport()
    report.name = String(repeating: "宽", count: 200)
    for index in report.backends.indices {
      report.backends[index].name = String(repeating: "ü", count: 300) + "\(index)"
      report.backends[index].response = times(987_654)
      report.backends[index].throttledSeconds = Figure(123_456)
    }
    let widest = report.table().split(separator: "\n").map { String($0).displayWidth }.max()
    #expect(widest ?? .max <= 100)
  }

  @Test func `names cannot move the cursor`() {
    var report = sampleReport()
    report.name = "\u{1B}[2Jname"
    report.backends[0].name = "a\nb"
    #expect(!report.table().contains("\u{1B}") && report.table().contains("a\u{FFFD}b"))
  }

  @Test func `colours are used only where they are asked for`() {
    #expect(!sampleReport().table().contains("\u{1B}"))
    #expect(sampleReport().table(style: .terminal).contains("\u{1B}[31mFailures"))
  }

  @Test func `cells are aligned by what the eye sees`() {
    var table = TextTable(columns: [
      .init("Name", alignment: .left, isFlexible: true), .init("N"),
    ])
    table.append(["日本", "1"])
    table.append(["e\u{301}a", "12"])
    #expect(table.lines(width: 80) == ["Name   N", "日本   1", "e\u{301}a    12"])
  }

  @Test func `a flexible column gives way and shows that it was cut`() {
    var table = TextTable(columns: [
      .init("Name", alignment: .left, isFlexible: true), .init("Count"),
    ])
    table.append(["a-very-long-name", "12345"])
    #expect(table.lines(width: 16) == ["Name       Count", "a-very-l…  12345"])
  }
}
