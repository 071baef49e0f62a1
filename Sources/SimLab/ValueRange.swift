import CommandLineParsing

/// Evenly spaced values of one unit: `100/s..500/s:100/s`, or without a step as many as make sense.
struct ValueRange {
  let start, step: Double
  let count: Int
  let unit: String

  /// The most values that a range may hold.
  static let most = 10_000

  /// Reads a range; nil for what is none.
  init?(_ text: some StringProtocol) {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let rest = text[dots.upperBound...]
    let colon = rest.firstIndex(of: ":")
    guard let start = Quantity(text[..<dots.lowerBound]),
      let end = Quantity(rest[..<(colon ?? rest.endIndex)])
    else { return nil }
    var step = Quantity(number: Self.step(from: start, to: end), unit: "", isWhole: true)
    if let colon {
      guard let given = Quantity(rest[rest.index(after: colon)...]) else { return nil }
      step = given
    }
    let units = Set([start.unit, end.unit, step.unit]).subtracting([""])
    let spaces = (end.number - start.number) / step.number
    guard units.count <= 1, step.number > 0, spaces > 0, spaces < Double(Self.most) else {
      return nil
    }
    self.start = start.number
    self.step = step.number
    count = Int((spaces * (1 + 1e-9)).rounded(.down)) + 1
    unit = units.first ?? ""
  }

  /// The step of a range without one: 1 between whole numbers, else a thousandth of the range.
  private static func step(from start: Quantity, to end: Quantity) -> Double {
    let length = end.number - start.number
    return start.isWhole && end.isWhole && length <= 5_000 ? 1 : length / 1_000
  }

  /// The values as numbers without their unit.
  var numbers: [Double] { (0..<count).map { rounded(start + Double($0) * step) } }

  /// The values as a file says them.
  var texts: [String] { numbers.map(text) }

  /// A number of the range as a file says it.
  func text(_ number: Double) -> String {
    (Int(exactly: number).map(String.init) ?? "\(number)") + unit
  }

  /// A number without the last digits, in which sums of decimals are off.
  private func rounded(_ number: Double) -> Double {
    guard number.magnitude < 1e6 else { return number }
    return (number * 1e9).rounded() / 1e9
  }

  /// A number with its unit.
  private struct Quantity {
    var number: Double
    var unit: String
    var isWhole: Bool

    init(number: Double, unit: String, isWhole: Bool) {
      (self.number, self.unit, self.isWhole) = (number, unit, isWhole)
    }

    init?(_ text: some StringProtocol) {
      let digits = text.prefix { $0.isNumber || $0 == "." }
      guard let number = Double(digits), number.isFinite else { return nil }
      self.init(
        number: number, unit: String(text.dropFirst(digits.count)),
        isWhole: !digits.contains("."))
    }
  }
}

/// The range in which a setting is sought: `clients.users.open.rate=100/s..900/s`.
struct SoughtRange: ExpressibleByArgument {
  let path: String
  let range: ValueRange

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex,
      let range = ValueRange(argument[argument.index(after: sign)...]), range.count > 1
    else { return nil }
    path = String(argument[..<sign])
    self.range = range
  }

  static var expectation: String {
    "path=least..most or path=least..most:step, such as clients.users.open.rate=100/s..900/s"
  }
}
