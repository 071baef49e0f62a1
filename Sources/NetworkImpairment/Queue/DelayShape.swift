import ExperimentModel
import Glibc

/// The shape of jitter as a quantile function with mean 0, and deviation 1 but for the uniform one.
///
/// Both the emulator, which takes a table, and the queue draw from these formulas.
enum DelayShape {
  /// How many entries a table has.
  static let entries = 4096

  /// The value below which the share `u` of all draws lies; `u` lies inside of 0 to 1.
  static func quantile(_ u: Double, of shape: PacketDelay.Shape) -> Double {
    switch shape {
    case .uniform: 2 * u - 1
    case .normal: normal(u)
    case .pareto: pareto(u)
    // A quarter and three quarters, as netem mixes them.
    case .paretonormal: 0.25 * normal(u) + 0.75 * pareto(u)
    }
  }

  /// The quantile of the Pareto distribution with exponent 3, which has the mean 1.5 and the
  /// variance 0.75, brought to mean 0 and deviation 1.
  private static func pareto(_ u: Double) -> Double {
    (pow(1 - u, -1.0 / 3) - 1.5) / 0.75.squareRoot()
  }

  /// The quantile of the normal distribution: the inverse of `normalShare` by Newton's method.
  static func normal(_ u: Double) -> Double {
    guard u != 0.5 else { return 0 }
    // The logistic curve is near enough to begin with.
    var x = max(-8, min(8, log(u / (1 - u)) / 1.702))
    for _ in 0..<8 {
      let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      guard density > 1e-300 else { return x }
      let step = (normalShare(x) - u) / density
      x -= max(-1, min(1, step))
      if abs(step) < 1e-12 { break }
    }
    return x
  }

  /// The share of a normal distribution below `x`.
  static func normalShare(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
}

/// Random numbers from a seed: SplitMix64 of Steele, Lea and Flood (2014).
struct PacketDice: Sendable {
  private var state: UInt64

  /// Makes dice that always fall in the same way for the same seed.
  init(seed: UInt64) { state = seed }

  /// Sixty-four random bits.
  mutating func bits() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number between 0 and 1, neither of them included.
  mutating func unit() -> Double { (Double(bits() >> 11) + 0.5) * 0x1p-53 }
}
