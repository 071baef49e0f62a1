extension Duration {
  /// Reads a duration as files and command lines write it, such as `250us`, `1.5s` or `1m30s`.
  ///
  /// - Throws: `UnreadableDuration`, which says what a duration must be.
  public init(text: String) throws(UnreadableDuration) {
    do throws(DurationText.Fault) {
      self = try DurationText.read(text)
    } catch {
      throw UnreadableDuration(demand: error.demand)
    }
  }
}

/// The reason why a text is no duration.
public struct UnreadableDuration: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is demanded of it, such as `needs a unit, such as 30s or 30ms`.
  public let demand: String

  /// The demand on a duration.
  public var description: String { "a duration \(demand)" }
}
