import ExperimentModel
import SimulationEngine

/// A rule that picks a backend for each request.
///
/// A strategy is one file in `Strategies/` and one line in `StrategyCatalog`; the list, the help,
/// the key in the file and the shared tests come from there. It sees what the real program sees,
/// its own `Upstream`, and never the simulated truth.
///
/// Only `card`, `init` and `pick` are needed; the rest tells strategies that keep an index of the
/// backends what has changed.
public protocol Strategy: ~Copyable, SendableMetatype {
  /// What the catalogue says about it.
  static var card: StrategyCard { get }

  /// What kind of rule it is, where a program's conduct depends on that.
  static var traits: StrategyTraits { get }

  /// Makes the strategy for a balancer that has just started.
  ///
  /// - Parameters:
  ///   - upstream: the backends as the balancer knows them, in the order of the file.
  ///   - options: a value for each option of the card.
  ///   - randomness: the stream for whatever it draws.
  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream)

  /// The backend for an attempt; nil when `upstream.isUsable` holds for none.
  ///
  /// - Complexity: each strategy says.
  mutating func pick(for attempt: inout Attempt, from upstream: borrowing Upstream) -> BackendIndex?

  /// Picks for each request of a batch in order, without being told of its beginning and its end;
  /// false when there was no usable backend for one.
  ///
  /// It is asked of strategies that ignore answers. Nobody implements it: it is here so that it is
  /// compiled for each strategy.
  mutating func pick(for batch: borrowing RequestBatch, from upstream: borrowing Upstream) -> Bool

  /// A request has been sent to a backend, which `upstream` counts as outstanding now.
  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream)

  /// A request at a backend has ended, and `upstream` no longer counts it.
  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream)

  /// A backend has come or gone (`upstream[backend].isUp`), or its weight has changed.
  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream)
}

extension Strategy where Self: ~Copyable {
  /// None.
  public static var traits: StrategyTraits { [] }

  /// One after the other, as `pick(for:from:)` says.
  public mutating func pick(
    for batch: borrowing RequestBatch, from upstream: borrowing Upstream
  ) -> Bool {
    if upstream.count == 1 && upstream.isUntroubled {
      // One backend leaves nothing to choose.
      for place in 0..<batch.count { batch.backends[place] = BackendIndex(0) }
    } else if batch.arePlain {
      // Requests that look the same need not be read from anywhere.
      for place in 0..<batch.count {
        var attempt = Attempt(now: batch.heard[place])
        guard let backend = pick(for: &attempt, from: upstream) else { return false }
        batch.backends[place] = backend
      }
    } else {
      for place in 0..<batch.count {
        var attempt = batch.attempts[place]
        guard let backend = pick(for: &attempt, from: upstream) else { return false }
        batch.backends[place] = backend
      }
    }
    return true
  }

  /// Nothing: the strategy keeps no index.
  public mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) {}

  /// Nothing: the strategy keeps no index.
  public mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {}

  /// Nothing: the strategy keeps no index.
  public mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {}
}

/// What kind of rule a strategy is, where a program's conduct depends on that.
public struct StrategyTraits: OptionSet, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// Makes traits of bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Picks do not follow from the request, so that another backend is as good as the one picked.
  public static let anyBackendWillDo = StrategyTraits(rawValue: 1)
  /// A new request does not overtake those that wait for any backend.
  public static let neverOvertakes = StrategyTraits(rawValue: 2)
  /// Picks follow from the request, the picks before it and chance: what is outstanding, and how
  /// requests ended, makes no difference as long as every backend is usable.
  public static let ignoresAnswers = StrategyTraits(rawValue: 4)
}

/// How an attempt ended at the balancer.
public enum AttemptResult: BitwiseCopyable, Sendable, Hashable {
  /// An answer with this status; 200 unless something failed.
  case answered(UInt16)
  /// The connection was refused: nothing was sent.
  case refused
  /// The connection broke after the request was sent and before an answer.
  case brokeOff
  /// No connection could be opened in time.
  case connectTimeout
  /// No answer came in time.
  case readTimeout
  /// The client went away first.
  case clientLeft
}

/// The values of a strategy's options.
public struct StrategyOptions: Sendable {
  private let values: [String: OptionValue]

  /// Makes the options of a card: the values given, and the standard ones for the rest.
  public init(_ card: StrategyCard, given: [String: OptionValue]) {
    var values: [String: OptionValue] = [:]
    for option in card.options { values[option.name] = given[option.name] ?? option.standard }
    self.values = values
  }

  /// The value of an option that takes a number, which the card must name.
  public func number(_ name: String) -> Double {
    guard case .number(let value) = values[name] else {
      preconditionFailure("the card has no option \(name) that takes a number")
    }
    return value
  }

  /// The value of an option that takes a word, which the card must name.
  public func word(_ name: String) -> String {
    guard case .word(let value) = values[name] else {
      preconditionFailure("the card has no option \(name) that takes a word")
    }
    return value
  }
}
