/// The load balancer: which program it behaves like, and how it picks a backend.
public struct Balancer: Sendable, Hashable {
  /// The program whose semantics and defaults hold for whatever the file does not say.
  public var like: BalancerProgram
  /// How a backend is picked for each request.
  public var strategy: StrategyChoice

  /// Makes a balancer.
  public init(like: BalancerProgram = .nginx, strategy: StrategyChoice) {
    self.like = like
    self.strategy = strategy
  }
}

/// A real load balancer whose behaviour can be asked for by name, or the ideal one.
public enum BalancerProgram: String, Sendable, Hashable, CaseIterable {
  /// nginx, open source.
  case nginx
  /// HAProxy.
  case haproxy
  /// Envoy.
  case envoy
  /// The IP Virtual Server of the Linux kernel.
  case ipvs
  /// Twitter's Finagle.
  case finagle
  /// No failure handling, no limits, no cost: the balancer of queueing theory.
  case ideal
}

/// A strategy by its full name, with options.
public struct StrategyChoice: Sendable, Hashable {
  /// The name in the catalogue, such as `nginx.weighted-round-robin` or `random`.
  public var name: String
  /// The options given, by name; each a number, since every option of the catalogue is one.
  public var options: [String: Double]

  /// Makes a choice.
  public init(_ name: String, options: [String: Double] = [:]) {
    self.name = name
    self.options = options
  }
}

/// What the catalogue says about a strategy: enough to list it, explain it and check a file.
public struct StrategyCard: Sendable, Hashable {
  /// The full name; qualified by a program when the rule is that program's own.
  public var name: String
  /// What it does, in one line.
  public var summary: String
  /// Where the rule comes from: a paper, or a file of the real program.
  public var source: String
  /// The options that it takes.
  public var options: [StrategyOption]

  /// Makes a card.
  public init(name: String, summary: String, source: String, options: [StrategyOption] = []) {
    self.name = name
    self.summary = summary
    self.source = source
    self.options = options
  }
}

/// One option of a strategy.
public struct StrategyOption: Sendable, Hashable {
  /// The key in the file.
  public var name: String
  /// What it changes, in one line.
  public var summary: String
  /// The value when none is given.
  public var standard: Double
  /// The smallest and the largest value that make sense.
  public var range: ClosedRange<Double>
  /// Whether only whole numbers make sense.
  public var isWhole: Bool

  /// Makes an option.
  public init(
    name: String, summary: String, standard: Double, range: ClosedRange<Double>, isWhole: Bool
  ) {
    self.name = name
    self.summary = summary
    self.standard = standard
    self.range = range
    self.isWhole = isWhole
  }
}
