import Reporting
import Testing

struct HumaneTextTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func `thousands are set apart`(number: Int, text: String) {
    #expect(HumaneText.count(number) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (0.00025, "0.250µs"), (0.25, "250µs"), (0.9996, "1.00ms"), (4.1, "4.10ms"),
    (95.04, "95.0ms"), (99.96, "100ms"), (999.4, "999ms"), (999.6, "1.00s"), (1234, "1.23s"),
    (125_000, "125s"), (3_600_000, "3,600s"),
  ])
  func `a time has three digits and its unit`(milliseconds: Double, text: String) {
    #expect(HumaneText.duration(milliseconds: milliseconds) == text)
  }

  @Test(arguments: [
    (104.5, 1, "104.5"), (0.05, 1, "0.1"), (-0.01, 1, "0.0"), (1234.006, 2, "1,234.01"),
    (1e300, 2, "1e+300"),
  ])
  func `decimals are rounded and filled`(value: Double, decimals: Int, text: String) {
    #expect(HumaneText.number(value, decimals: decimals) == text)
  }

  @Test func `what is next to nothing shows as nothing`() {
    #expect(HumaneText.significant(0.0004) == "0" && HumaneText.significant(0.0006) == "0.001")
  }

  @Test func `a share is a percentage and a bar`() {
    #expect(HumaneText.percent(1 / 6) == "16.7%")
    #expect(HumaneText.percent(0) == "0.0%" && HumaneText.percent(1e-5) == "<0.1%")
    #expect(HumaneText.bar(0, width: 4) == "    ")
    #expect(HumaneText.bar(0.5, width: 4) == "██  ")
    #expect(HumaneText.bar(0.28, width: 4) == "█▏  ")
    #expect(HumaneText.bar(7, width: 4) == "████")
  }
}
