import ExperimentModel

extension Ratio {
  static let demand = "must be a share from 0% to 100%, such as 10% or 0.1"

  /// The share that a text says in the grammar of the file format, such as `10%` or `0.1`.
  ///
  /// It is there for command lines, so that an option and a file mean the same by the same words.
  public init(text: String) throws(RatioRefusal) {
    let isPercentage = text.hasSuffix("%")
    var digits = isPercentage ? String(text.dropLast()) : text
    if isPercentage, digits.hasSuffix(" ") { digits.removeLast() }
    guard ExactDecimal(digits) != nil, let number = Double(digits) else { throw RatioRefusal() }
    let fraction = isPercentage ? number / 100 : number
    guard (0...1).contains(fraction) else { throw RatioRefusal() }
    self.init(fraction)
  }
}

/// Why a text is no share, as a sentence about it.
public struct RatioRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason.
  public var description: String { "it \(Ratio.demand)" }
}
