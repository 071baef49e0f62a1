extension Duration {
  /// The duration that a text says in the grammar of the file format, such as `1.5s` or `1m30s`.
  ///
  /// It is there for command lines, so that an option and a file mean the same by the same words.
  public init(text: String) throws(DurationRefusal) {
    let duration: Duration
    do throws(DurationText.Fault) {
      duration = try DurationText.read(text)
    } catch {
      throw DurationRefusal(message: "it \(error.demand)")
    }
    if let demand = DurationBounds.time.demand(against: duration) {
      throw DurationRefusal(message: "it \(demand)")
    }
    self = duration
  }
}

/// Why a text is no duration, as a sentence about it: `it must be a duration such as 4ms`.
public struct DurationRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason.
  public let message: String

  /// The reason.
  public var description: String { message }
}
