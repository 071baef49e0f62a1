import ExperimentModel
import SimulationEngine

extension SamplerShop {
  /// Something that draws from a distribution of the file format, in nanoseconds.
  mutating func sampler(of distribution: Distribution, scaledBy scale: Double = 1) -> Sampler {
    func length(_ duration: Duration) -> Double { Double(duration.nanoseconds) * scale }
    let ziggurat = ExponentialZiggurat.standard
    switch distribution {
    case .constant(let value):
      return .constant(length(value))
    case .exponential(let mean):
      return .exponential(mean: length(mean), ziggurat)
    case .uniform(let from, let to):
      return .uniform(from: length(from), width: length(to) - length(from))
    case .normal(let mean, let sd):
      return .normal(mean: length(mean), sd: length(sd))
    case .lognormal(let mean, let cv):
      let variance = Elementary.log(1 + cv * cv)
      return .lognormal(
        mu: Elementary.log(length(mean)) - variance / 2, sigma: variance.squareRoot())
    case .erlang(let mean, let k):
      return .erlang(phases: k, phaseMean: length(mean) / Double(k), ziggurat)
    case .gamma(let mean, let cv):
      return .gamma(shape: 1 / (cv * cv), scale: length(mean) * cv * cv, ziggurat)
    case .hyperexponential(let mean, let cv2):
      // Two phases that each carry half of the mean: p₁ m₁ = p₂ m₂ (W. Whitt, "Approximating a
      // point process by a renewal process", Operations Research 30, 1982).
      let first = (1 + ((cv2 - 1) / (cv2 + 1)).squareRoot()) / 2
      let half = length(mean) / 2
      return .hyperexponential(
        first: first, means: Sampler.Pair(half / first, half / (1 - first)), ziggurat)
    case .weibull(let mean, let shape):
      return .weibull(
        scale: length(mean) / Elementary.gamma(1 + 1 / shape), power: 1 / shape, ziggurat)
    case .pareto(let lowest, let shape, let highest):
      return .pareto(
        scale: length(lowest), power: 1 / shape,
        max: highest.map(length) ?? .infinity, ziggurat)
    case .empirical(let values):
      return mixture(values.map { ($0.weight, .constant(length($0.value))) })
    case .mixture(let parts):
      var samplers: [(weight: Double, of: Sampler)] = []
      for part in parts { samplers.append((part.weight, sampler(of: part.of, scaledBy: scale))) }
      return mixture(samplers)
    }
  }

  /// What separates the requests of a workload: the gaps of an open one, whose mean is one over
  /// its rate, or the pauses of a closed one; nil for no pause.
  mutating func gaps(of workload: Workload) -> Sampler? {
    switch workload {
    case .closed(let loop):
      return loop.think.map { sampler(of: $0) }
    case .trace:
      return nil
    case .open(let loop):
      // A changing rate counts gaps in expected arrivals.
      let mean = loop.phases.isEmpty ? 1e9 / loop.rate.perSecond : 1
      switch loop.arrivals {
      case .poisson:
        return .exponential(mean: mean, .standard)
      case .constant:
        return .constant(mean)
      case .renewal(let shape):
        return sampler(of: shape, scaledBy: mean / (shape.mean * 1e9))
      }
    }
  }
}

extension Distribution {
  /// The mean in seconds.
  var mean: Double {
    switch self {
    case .constant(let value): value.inSeconds
    case .exponential(let mean), .lognormal(let mean, _), .erlang(let mean, _),
      .gamma(let mean, _), .hyperexponential(let mean, _), .weibull(let mean, _):
      mean.inSeconds
    case .normal(let mean, let sd): Distribution.truncatedNormalMean(mean.inSeconds, sd.inSeconds)
    case .uniform(let from, let to): (from.inSeconds + to.inSeconds) / 2
    case .pareto(let scale, let shape, let max):
      Distribution.paretoMean(scale.inSeconds, shape, max?.inSeconds)
    case .empirical(let values):
      values.reduce(0) { $0 + $1.weight * $1.value.inSeconds } / values.reduce(0) { $0 + $1.weight }
    case .mixture(let parts):
      parts.reduce(0) { $0 + $1.weight * $1.of.mean } / parts.reduce(0) { $0 + $1.weight }
    }
  }

  /// The mean of a normal variable that is drawn again when below zero: μ + σ φ(μ/σ) / Φ(μ/σ).
  private static func truncatedNormalMean(_ mean: Double, _ sd: Double) -> Double {
    guard sd > 0, mean / sd < 8 else { return mean }
    // Φ by integrating the density φ from −∞ (8 σ below) with Simpson's rule.
    let point = mean / sd
    let steps = 2_000
    let width = (point + 8) / Double(steps)
    func density(_ x: Double) -> Double { Elementary.exp(-x * x / 2) / 2.506_628_274_631_000_5 }
    var sum = density(-8) + density(point)
    for step in 1..<steps {
      sum += density(-8 + Double(step) * width) * (step % 2 == 1 ? 4 : 2)
    }
    return mean + sd * density(point) / (sum * width / 3)
  }

  /// The mean of a Pareto variable that is drawn again when above a maximum.
  private static func paretoMean(_ scale: Double, _ shape: Double, _ max: Double?) -> Double {
    guard let max else { return shape > 1 ? scale * shape / (shape - 1) : .infinity }
    let kept = 1 - Elementary.pow(scale / max, shape)
    if shape == 1 { return scale * Elementary.log(max / scale) / kept }
    return scale * shape / (shape - 1) * (1 - Elementary.pow(scale / max, shape - 1)) / kept
  }
}
