/// A version of the engine's interface, such as 1.41.
///
/// 1.40 to 1.44 is what today's Docker and Podman both speak.
public struct APIVersion: Sendable, Hashable {
  /// The number before the point.
  public let major: Int
  /// The number after the point.
  public let minor: Int

  /// The oldest version that is spoken here.
  public static let oldest = APIVersion(major: 1, minor: 40)
  /// The newest version that is spoken here.
  public static let newest = APIVersion(major: 1, minor: 44)

  /// Makes a version of its two numbers.
  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads a version such as `1.41`; nil when the text is none.
  public init?(text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
    self.init(major: major, minor: minor)
  }

  /// The version to speak with an engine that offers `offered`; nil when it is too old.
  ///
  /// Engines go on speaking older versions, so a newer one is spoken to in the newest known here.
  public static func negotiated(with offered: APIVersion) -> APIVersion? {
    offered < oldest ? nil : min(offered, newest)
  }
}

extension APIVersion: Comparable, CustomStringConvertible {
  /// The version as the engine spells it.
  public var description: String { "\(major).\(minor)" }

  /// Whether one version came before another.
  public static func < (left: APIVersion, right: APIVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
