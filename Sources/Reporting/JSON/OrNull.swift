/// A value of a report that is a null in JSON where it is not known, and not left out.
///
/// A key that is always there tells a reader that the question was asked.
@propertyWrapper
public struct OrNull<Value> {
  /// The value; nil where it is not known.
  public var wrappedValue: Value?

  /// Holds a value, or nothing.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }
}

extension OrNull: Sendable where Value: Sendable {}
extension OrNull: Equatable where Value: Equatable {}
extension OrNull: Hashable where Value: Hashable {}

extension OrNull: Encodable where Value: Encodable {
  /// Writes the bare value or a null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}
