import CommandLineParsing

/// Values of one unit, evenly spaced as in `100/s..500/s:100/s`, or each so many times the one
/// before as in `10/s..1000/s:x10`; without a step as many as make sense.
struct ValueRange {
  /// The values as numbers without their unit, from the first to the last.
  let numbers: [Double]
  let unit: String

  /// The most values that a range may hold.
  static let most = 10_000

  /// Reads a range; nil for what is none.
  init?(_ text: some StringProtocol) {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let rest = text[dots.upperBound...]
    let colon = rest.firstIndex(of: ":")
    guard let start = Quantity(text[..<dots.lowerBound]),
      let end = Quantity(rest[..<(colon ?? rest.endIndex)]), start.number < end.number
    else { return nil }
    var step = Step.length(Self.step(from: start, to: end), unit: "")
    if let colon {
      guard let given = Step(rest[rest.index(after: colon)...]) else { return nil }
      step = given
    }
    let units = Set([start.unit, end.unit, step.unit]).subtracting([""])
    guard units.count <= 1, let numbers = step.numbers(from: start.number, to: end.number) else {
      return nil
    }
    self.numbers = numbers
    unit = units.first ?? ""
  }

  /// The step of a range without one: 1 between whole numbers, else a thousandth of the range.
  private static func step(from start: Quantity, to end: Quantity) -> Double {
    let length = end.number - start.number
    return start.isWhole && end.isWhole && length <= 5_000 ? 1 : length / 1_000
  }

  /// The values as a file says them.
  var texts: [String] { numbers.map(text) }

  /// A number of the range as a file says it.
  func text(_ number: Double) -> String {
    (Int(exactly: number).map(String.init) ?? "\(number)") + unit
  }

  /// What leads from one value to the next.
  private enum Step {
    case length(Double, unit: String)
    case factor(Double)

    /// Reads `100/s`, or `x10` for a factor; nil for what leads nowhere.
    init?(_ text: some StringProtocol) {
      if text.first == "x" {
        guard let factor = Double(text.dropFirst()), factor > 1, factor.isFinite else {
          return nil
        }
        self = .factor(factor)
      } else {
        guard let length = Quantity(text), length.number > 0 else { return nil }
        self = .length(length.number, unit: length.unit)
      }
    }

    var unit: String {
      switch self {
      case .length(_, let unit): unit
      case .factor: ""
      }
    }

    /// The values from one number up to another; nil for too many.
    func numbers(from start: Double, to end: Double) -> [Double]? {
      var numbers: [Double] = []
      // Sums and products of decimals may come out a hair above the end.
      let last = end + (end - start) * 1e-9
      while numbers.count <= ValueRange.most {
        let count = Double(numbers.count)
        let next =
          switch self {
          case .length(let length, _): start + count * length
          case .factor(let factor): numbers.last.map { $0 * factor } ?? start
          }
        guard next <= last, next > (numbers.last ?? -.infinity) else { return numbers }
        numbers.append(Self.rounded(next))
      }
      return nil
    }

    /// A number without the last digits, in which sums of decimals are off.
    private static func rounded(_ number: Double) -> Double {
      guard number.magnitude < 1e6 else { return number }
      return (number * 1e9).rounded() / 1e9
    }
  }

  /// A number with its unit.
  private struct Quantity {
    var number: Double
    var unit: String
    var isWhole: Bool

    init?(_ text: some StringProtocol) {
      let digits = text.prefix { $0.isNumber || $0 == "." }
      guard let number = Double(digits), number.isFinite else { return nil }
      self.number = number
      unit = String(text.dropFirst(digits.count))
      isWhole = !digits.contains(".")
    }
  }
}

/// The range in which a setting is sought: `clients.users.open.rate=100/s..900/s`.
struct SoughtRange: ExpressibleByArgument {
  let path: String
  let range: ValueRange

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex,
      let range = ValueRange(argument[argument.index(after: sign)...]), range.numbers.count > 1
    else { return nil }
    path = String(argument[..<sign])
    self.range = range
  }

  static var expectation: String {
    "path=least..most or path=least..most:step, such as clients.users.open.rate=100/s..900/s"
  }
}
