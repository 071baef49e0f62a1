/// A probability distribution of durations, as a topology describes it.
///
/// This is the description; `SimulationEngine` draws from it. The cases and their parameters are
/// those of the file format, so that a file, a report and the code use the same words.
public indirect enum Distribution: Sendable, Hashable {
  /// Always the same duration: `4ms`.
  case constant(Duration)
  /// Memoryless with this mean: `{exponential: 4ms}`.
  case exponential(mean: Duration)
  /// Equally likely anywhere between the two: `{uniform: [1ms, 3ms]}`.
  case uniform(from: Duration, to: Duration)
  /// Bell-shaped, drawn again when below zero: `{normal: {mean: 10ms, sd: 2ms}}`.
  case normal(mean: Duration, sd: Duration)
  /// The exponential of a normal variable; `cv` is the standard deviation over the mean.
  case lognormal(mean: Duration, cv: Double)
  /// The sum of `k` exponential phases: `{erlang: {mean: 4ms, k: 3}}`.
  case erlang(mean: Duration, k: Int)
  /// Gamma-shaped; `cv` is the standard deviation over the mean.
  case gamma(mean: Duration, cv: Double)
  /// Two exponential phases with balanced means; `cv2` is the squared coefficient of variation.
  case hyperexponential(mean: Duration, cv2: Double)
  /// Weibull-shaped with this mean.
  case weibull(mean: Duration, shape: Double)
  /// Heavy-tailed from `scale` upwards, cut off at `max` when given.
  case pareto(scale: Duration, shape: Double, max: Duration?)
  /// Observed values, each with a weight.
  case empirical([WeightedDuration])
  /// One of several distributions, chosen by weight at each draw.
  case mixture([WeightedDistribution])
}

/// One observed value of an empirical distribution.
public struct WeightedDuration: Sendable, Hashable {
  /// How often this value occurs, relative to the others; positive.
  public var weight: Double
  /// The value.
  public var value: Duration

  /// Makes an observed value with its weight.
  public init(weight: Double, value: Duration) {
    self.weight = weight
    self.value = value
  }
}

/// One component of a mixture.
public struct WeightedDistribution: Sendable, Hashable {
  /// How often this component is chosen, relative to the others; positive.
  public var weight: Double
  /// The component.
  public var of: Distribution

  /// Makes a component with its weight.
  public init(weight: Double, of: Distribution) {
    self.weight = weight
    self.of = of
  }
}
