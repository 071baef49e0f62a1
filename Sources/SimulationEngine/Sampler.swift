/// A distribution of spans ready to draw from: plain values, no closure, no box.
///
/// Draws are nanoseconds as floating-point numbers. Every draw takes its randomness from the
/// stream it is given, so a sampler has no state and may be shared.
public enum Sampler: BitwiseCopyable, Sendable {
  /// Always this value.
  case constant(Double)
  /// Memoryless with this mean.
  case exponential(mean: Double, ExponentialZiggurat)
  /// Uniform between two values.
  case uniform(from: Double, width: Double)
  /// Normal, drawn again when below zero.
  case normal(mean: Double, sd: Double)
  /// The exponential of a normal variable with this mean and standard deviation.
  case lognormal(mu: Double, sigma: Double)
  /// The sum of this many exponential phases, each with this mean.
  case erlang(phases: Int, phaseMean: Double, ExponentialZiggurat)
  /// Gamma with this shape and scale.
  case gamma(shape: Double, scale: Double, ExponentialZiggurat)
  /// One of two exponential phases.
  case hyperexponential(first: Double, means: Pair, ExponentialZiggurat)
  /// Weibull: a power of an exponential variable.
  case weibull(scale: Double, power: Double, ExponentialZiggurat)
  /// Pareto from a scale upwards, drawn again when above the maximum.
  case pareto(scale: Double, power: Double, max: Double, ExponentialZiggurat)
  /// One of several samplers, chosen by weight.
  case mixture(MixtureTable)

  /// Two means, of which a draw chooses one.
  public struct Pair: BitwiseCopyable, Sendable {
    let a, b: Double
    /// Makes a pair.
    public init(_ a: Double, _ b: Double) {
      self.a = a
      self.b = b
    }
  }

  /// The next value.
  ///
  /// - Complexity: O(1) but for `erlang` (its phases) and `mixture` (log of its parts).
  @inlinable @inline(__always)
  public func draw(from stream: inout RandomStream) -> Double {
    switch self {
    case .constant(let value): return value
    case .exponential(let mean, let ziggurat): return mean * ziggurat.draw(from: &stream)
    default: return drawSeldomKind(from: &stream)
    }
  }

  /// The kinds that are not worth inlining into the loop.
  @inline(never) @usableFromInline
  func drawSeldomKind(from stream: inout RandomStream) -> Double {
    switch self {
    case .constant, .exponential:
      return draw(from: &stream)
    case .uniform(let from, let width):
      return from + width * stream.uniform()
    case .normal(let mean, let sd):
      while true {
        let value = mean + sd * Sampler.standardNormal(from: &stream)
        if value >= 0 { return value }
      }
    case .lognormal(let mu, let sigma):
      return Elementary.exp(mu + sigma * Sampler.standardNormal(from: &stream))
    case .erlang(let phases, let phaseMean, let ziggurat):
      var sum = 0.0
      for _ in 0..<phases { sum += ziggurat.draw(from: &stream) }
      return phaseMean * sum
    case .gamma(let shape, let scale, let ziggurat):
      return scale * Sampler.standardGamma(shape: shape, from: &stream, ziggurat)
    case .hyperexponential(let first, let means, let ziggurat):
      let mean = stream.uniform() < first ? means.a : means.b
      return mean * ziggurat.draw(from: &stream)
    case .weibull(let scale, let power, let ziggurat):
      let unit = ziggurat.draw(from: &stream)
      return unit == 0 ? 0 : scale * Elementary.pow(unit, power)
    case .pareto(let scale, let power, let max, let ziggurat):
      while true {
        let value = scale * Elementary.exp(power * ziggurat.draw(from: &stream))
        if value <= max { return value }
      }
    case .mixture(let table):
      return table.choose(by: stream.uniform()).draw(from: &stream)
    }
  }

  /// A normal variable with mean 0 and standard deviation 1.
  ///
  /// G. Marsaglia and T. A. Bray, "A convenient method for generating normal variables", SIAM
  /// Review 6 (1964): the polar method.
  private static func standardNormal(from stream: inout RandomStream) -> Double {
    while true {
      let x = 2 * stream.uniform() - 1
      let y = 2 * stream.uniform() - 1
      let square = x * x + y * y
      if square > 0 && square < 1 {
        return x * (-2 * Elementary.log(square) / square).squareRoot()
      }
    }
  }

  /// A gamma variable with scale 1.
  ///
  /// G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26
  /// (2000); for shapes below 1 the variable of shape + 1 is multiplied by U^(1/shape).
  private static func standardGamma(
    shape: Double, from stream: inout RandomStream, _ ziggurat: ExponentialZiggurat
  ) -> Double {
    if shape < 1 {
      let boosted = standardGamma(shape: shape + 1, from: &stream, ziggurat)
      return boosted * Elementary.exp(-ziggurat.draw(from: &stream) / shape)
    }
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let z = standardNormal(from: &stream)
      let root = 1 + c * z
      if root <= 0 { continue }
      let v = root * root * root
      let u = 1 - stream.uniform()
      if Elementary.log(u) < 0.5 * z * z + d - d * v + d * Elementary.log(v) { return d * v }
    }
  }
}

/// The parts of a mixture with their cumulated weights.
public struct MixtureTable: BitwiseCopyable, @unchecked Sendable {
  // Built once, never written again; freed by the `SamplerShop` that made it.
  let cumulated: UnsafePointer<Double>
  let parts: UnsafePointer<Sampler>
  let count: Int

  /// The first part whose cumulated share exceeds a number in [0, 1).
  ///
  /// - Complexity: O(log n).
  func choose(by uniform: Double) -> Sampler {
    var low = 0
    var high = count - 1
    while low < high {
      let middle = (low + high) / 2
      if uniform < cumulated[middle] { high = middle } else { low = middle + 1 }
    }
    return parts[low]
  }
}

/// Makes samplers, and owns the tables that some of them point to: it outlives them.
public struct SamplerShop: ~Copyable {
  private var doubles: [UnsafeMutablePointer<Double>] = []
  private var samplers: [UnsafeMutablePointer<Sampler>] = []

  /// Makes a shop that has sold nothing yet.
  public init() {}

  deinit {
    for table in doubles { table.deallocate() }
    for table in samplers { table.deallocate() }
  }

  /// A sampler that draws from one of several, each with a positive weight.
  public mutating func mixture(_ parts: [(weight: Double, of: Sampler)]) -> Sampler {
    precondition(!parts.isEmpty, "a mixture has parts")
    let cumulated = UnsafeMutablePointer<Double>.allocate(capacity: parts.count)
    let table = UnsafeMutablePointer<Sampler>.allocate(capacity: parts.count)
    doubles.append(cumulated)
    samplers.append(table)
    let total = parts.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    for (index, part) in parts.enumerated() {
      sum += part.weight
      (cumulated + index).initialize(to: sum / total)
      (table + index).initialize(to: part.of)
    }
    return .mixture(
      MixtureTable(
        cumulated: UnsafePointer(cumulated), parts: UnsafePointer(table), count: parts.count))
  }
}
