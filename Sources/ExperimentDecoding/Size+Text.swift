import ExperimentModel

/// How amounts of memory are written.
enum SizeText {
  static let demand = "must be a size such as 64M or 1.5G"

  /// Why a text is no size, as a demand on it.
  struct Fault: Error {
    var demand: String
  }

  /// The powers of two of the units.
  private static let powers = ["": 0, "b": 0, "k": 10, "m": 20, "g": 30, "t": 40, "p": 50]

  /// The amount that a text says: a number with its unit, binary as in Compose.
  static func read(_ text: String) throws(Fault) -> ByteCount {
    var rest = Substring(text)
    guard let number = ExactDecimal(takenFrom: &rest) else { throw Fault(demand: demand) }
    rest.dropBlank()
    var unit = rest.lowercased()
    if unit.count > 1, unit.hasSuffix("b") { unit.removeLast() }
    if unit.count > 1, unit.hasSuffix("i") { unit.removeLast() }
    guard let power = powers[unit] else {
      throw Fault(demand: "must have one of the units B, K, M, G, T or P")
    }
    guard
      let bytes = number.rounded(times: 1 << UInt128(power)).flatMap({ Int(exactly: $0.whole) }),
      Limits.memoryBytes.contains(bytes)
    else { throw Fault(demand: "must be at least one byte and at most 1024P") }
    return ByteCount(bytes: bytes)
  }

  /// An amount as a person writes it, in the largest unit that divides it.
  static func write(_ amount: ByteCount) -> String {
    var (number, unit) = (amount.bytes, 0)
    let units = ["B", "K", "M", "G", "T", "P"]
    while number > 0, number % 1024 == 0, unit < units.count - 1 {
      (number, unit) = (number / 1024, unit + 1)
    }
    return "\(number)\(units[unit])"
  }
}

extension ByteCount {
  /// The amount that a text says in the grammar of the file format, such as `64M`.
  ///
  /// It is there for command lines, so that an option and a file mean the same by the same words.
  public init(text: String) throws(SizeRefusal) {
    do throws(SizeText.Fault) {
      self = try SizeText.read(text)
    } catch {
      throw SizeRefusal(message: "it \(error.demand)")
    }
  }
}

/// Why a text is no amount of memory, as a sentence about it.
public struct SizeRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason.
  public let message: String

  /// The reason.
  public var description: String { message }
}
