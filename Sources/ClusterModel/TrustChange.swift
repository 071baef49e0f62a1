/// A moment at which a balancer ceases to count on a backend, or counts on it again.
///
/// It does not where its checks have found the backend down, or where failures exclude it; nginx
/// tries such a one again now and then, and counts on it when an attempt has succeeded.
public struct TrustChange: Sendable, Hashable {
  /// When, in seconds of simulated time.
  public var seconds: Double
  /// The balancer, with the number of its worker where its workers share nothing.
  public var balancer: String
  /// The backend.
  public var backend: String
  /// Whether it counts on it from now on.
  public var isTrusted: Bool

  /// How many changes a run keeps; what comes later is not noted.
  static var limit: Int { 10_000 }
}
