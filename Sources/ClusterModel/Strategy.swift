import ExperimentModel
import SimulationEngine

/// A rule that picks a backend for each request.
///
/// A strategy is one file in `Strategies/` and one line in `StrategyCatalog`; the list, the help,
/// the key in the file and the shared tests come from there. It sees what the real program sees,
/// its own `Upstream`, and never the simulated truth.
public protocol Strategy: ~Copyable, SendableMetatype {
  /// What the catalogue says about it.
  static var card: StrategyCard { get }

  /// Makes the strategy for a balancer that has just started.
  ///
  /// - Parameters:
  ///   - upstream: the backends as the balancer knows them, in the order of the file.
  ///   - options: a value for each option of the card.
  ///   - randomness: the stream for whatever it draws.
  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream)

  /// The backend for the next request; nil when none can be used.
  ///
  /// - Complexity: each strategy says.
  mutating func pick(from upstream: borrowing Upstream) -> BackendIndex?
}

/// The values of a strategy's options.
public struct StrategyOptions: Sendable {
  private let values: [String: Double]

  /// Makes the options of a card: the values given, and the standard ones for the rest.
  public init(_ card: StrategyCard, given: [String: Double]) {
    var values: [String: Double] = [:]
    for option in card.options { values[option.name] = given[option.name] ?? option.standard }
    self.values = values
  }

  /// The value of an option, which the card must name.
  public subscript(name: String) -> Double {
    guard let value = values[name] else { preconditionFailure("the card has no option \(name)") }
    return value
  }
}

/// The backends as one balancer knows them, in the order of the file.
///
/// It holds what a real balancer holds: configured weights and its own count of the requests that
/// it has sent and not seen answered.
public struct Upstream: ~Copyable {
  /// How many backends there are; at least one.
  public let count: Int
  private let weights: Column<Int32>
  private let outstanding: Column<Int32>

  /// Makes the view of a balancer that has sent nothing yet.
  public init(weights: [Int]) {
    precondition(!weights.isEmpty, "an upstream has backends")
    count = weights.count
    self.weights = Column(weights.map(Int32.init))
    outstanding = Column(repeating: 0, count: weights.count)
  }

  /// The configured weight of a backend; positive.
  public func weight(of backend: BackendIndex) -> Int { Int(weights[backend.int]) }

  /// How many requests the balancer has sent to a backend and not seen answered.
  public func outstanding(at backend: BackendIndex) -> Int { Int(outstanding[backend.int]) }

  /// Counts a request as sent to a backend.
  public func started(at backend: BackendIndex) { outstanding[backend.int] += 1 }

  /// Counts a request at a backend as ended.
  public func ended(at backend: BackendIndex) { outstanding[backend.int] -= 1 }
}
