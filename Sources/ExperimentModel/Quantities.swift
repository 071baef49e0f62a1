/// A number of events per second, such as the arrival rate of requests.
public struct Rate: Sendable, Hashable {
  /// Events per second; positive and finite.
  public let perSecond: Double

  /// Makes a rate of so many events each second.
  public init(perSecond: Double) {
    precondition(perSecond > 0 && perSecond.isFinite, "a rate is positive and finite")
    self.perSecond = perSecond
  }
}

/// A share of a whole, from 0 to 1.
public struct Ratio: Sendable, Hashable, Codable {
  /// The share as a fraction; 10 % is 0.1.
  public let fraction: Double

  /// Makes a share from a fraction between 0 and 1.
  public init(_ fraction: Double) {
    precondition((0...1).contains(fraction), "a ratio lies between 0 and 1")
    self.fraction = fraction
  }
}

/// An amount of memory in bytes.
///
/// `64M` in a file is binary, as in Compose: 64 · 1024².
public struct ByteCount: Sendable, Hashable, Codable {
  /// The number of bytes.
  public let bytes: Int

  /// Makes an amount of so many bytes.
  public init(bytes: Int) {
    precondition(bytes >= 0, "an amount of memory is not negative")
    self.bytes = bytes
  }
}

/// An amount of computing power in cores; 0.25 is a quarter of one core.
public struct Cores: Sendable, Hashable, Codable {
  /// The number of cores, positive; it may be a fraction.
  public let count: Double

  /// Makes an amount of so many cores.
  public init(_ count: Double) {
    precondition(count > 0 && count.isFinite, "a number of cores is positive and finite")
    self.count = count
  }
}

extension Duration {
  /// The whole nanoseconds of this duration, the resolution of the simulated clock.
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }

  /// This duration as a floating-point number of seconds.
  public var inSeconds: Double { Double(nanoseconds) / 1e9 }
}
