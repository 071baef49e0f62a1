/// How an experiment is run: what belongs to the measurement and not to the system.
public struct RunSettings: Sendable, Hashable {
  /// The seed from which every random stream is derived.
  public var seed: UInt64
  /// The part of the run, from its start, that is left out of the statistics.
  public var warmup: Duration
  /// Whether the warm-up is found from pilot runs, in place of `warmup`.
  public var findsWarmup: Bool
  /// When the run ends even if requests are still in flight; nil runs until the last is answered.
  public var duration: Duration?
  /// How many independent runs are made, at most where `precision` is given; nil is as many as a
  /// command makes by itself.
  public var replications: Int?
  /// The relative half-width of the confidence intervals at which no more replications are made;
  /// nil makes a fixed number.
  public var precision: Ratio?

  /// Makes settings; without arguments the defaults of the file format.
  public init(
    seed: UInt64 = 1, warmup: Duration = .zero, findsWarmup: Bool = false,
    duration: Duration? = nil, replications: Int? = nil, precision: Ratio? = nil
  ) {
    self.seed = seed
    self.warmup = warmup
    self.findsWarmup = findsWarmup
    self.duration = duration
    self.replications = replications
    self.precision = precision
  }
}
