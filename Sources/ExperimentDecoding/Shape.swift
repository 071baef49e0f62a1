/// What may stand at a place of the format: data, of which a JSON Schema is written.
///
/// The decoder alone decides, and says what is wrong and where. A shape says as much of that as an
/// editor can know without it, so that keys are completed and slips are marked while one types.
indirect enum Shape: Sendable {
  /// Whatever the writer likes.
  case anything
  /// A text of at most so many characters.
  case text(limit: Int)
  /// `true` or `false`.
  case flag
  /// A number in a range.
  case number(ClosedRange<Double>, isWhole: Bool = false)
  /// One of some words.
  case words([String])
  /// A text that a regular expression of ECMA-262 matches.
  case pattern(String)
  /// A time such as `4ms`.
  case duration
  /// A rate such as `600/s`.
  case rate
  /// A bandwidth such as `100Mbit/s`.
  case bandwidth
  /// An amount of memory such as `64M`.
  case size
  /// A share such as `10%` or `0.1`.
  case ratio
  /// A duration, or how durations are distributed.
  case distribution
  /// A strategy's name, alone or with its options.
  case strategy
  /// A mapping with keys of the format.
  case mapping(Keys)
  /// A mapping from names of the writer's choice.
  case members(Shape, most: Int)
  /// A list.
  case list(Shape, most: Int)
  /// One of several shapes.
  case either([Shape])

  /// A whole number in a range.
  static func whole<Number: BinaryInteger>(_ range: ClosedRange<Number>) -> Shape {
    .number(Double(range.lowerBound)...Double(range.upperBound), isWhole: true)
  }

  /// A number in a range.

}
