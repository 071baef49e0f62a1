/// One request with its answer, as the wire shows them; times are in nanoseconds since 1970.
public struct HTTPExchange: Sendable, Hashable {
  /// When the first byte of the request was seen.
  public var start: Int64
  /// When its last byte was seen that came before the answer.
  public var sent: Int64
  /// The method, such as `GET`.
  public var method: String
  /// The target as it stands in the request, most often a path.
  public var path: String
  /// The status of the answer; nil when none was seen, or when it cannot be told which one it is.
  public var status: Int?
  /// When the first byte of the answer was seen.
  public var firstByte: Int64?
  /// When the last byte of the answer was seen; nil when it was cut off.
  public var end: Int64?

  /// From the last byte of the request to the first byte of the answer, in milliseconds.
  public var timeToFirstByte: Double? { firstByte.map { Double(max(0, $0 - sent)) / 1e6 } }

  /// From the last byte of the request to the last byte of the answer, in milliseconds.
  public var totalTime: Double? { end.map { Double(max(0, $0 - sent)) / 1e6 } }
}
