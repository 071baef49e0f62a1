/// Why a packet file cannot be read, as one sentence with the place.
public struct PacketFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file, as it was named.
  public let file: String
  /// The place in the file, in bytes from its beginning; nil when it could not be opened.
  public let offset: Int?
  /// What is wrong, and what to do.
  public let reason: String

  /// The sentence: where, what, and what to do; without a full stop.
  public var description: String {
    offset.map { "\(file): at byte \($0): \(reason)" } ?? "\(file): \(reason)"
  }
}

/// What is wrong at the place where a reader stands; the reader of the file adds the place.
struct Damage: Error {
  var reason: String
  /// Whether the file just ends too early, so that what came before is sound.
  var isCutShort = false
}
