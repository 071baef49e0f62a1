import ExperimentModel
import SimulationEngine

/// What makes one backend dearer than another, with what is remembered of their answers.
protocol LoadRule: SendableMetatype, ~Copyable {
  static var card: StrategyCard { get }
  /// Whether any of the cheapest is taken with equal chance; else they are taken in turn.
  static var drawsAmongEquals: Bool { get }
  /// Makes the rule for so many backends that have not answered yet.
  init(backends: Int, options: StrategyOptions)
  /// Takes note of an answer of a backend, whose outstanding requests no longer count it.
  func learn(_ response: Nanoseconds, of backend: BackendIndex, _ peer: Upstream.Peer)
  /// What the next request costs at a backend.
  func cost(of backend: BackendIndex, _ peer: Upstream.Peer) -> Double
}

extension LoadRule where Self: ~Copyable {
  static var drawsAmongEquals: Bool { false }

  /// What is outstanding is all that counts.
  func learn(_ response: Nanoseconds, of backend: BackendIndex, _ peer: Upstream.Peer) {}
}

/// The cheapest of all backends by a rule, held in an index.
///
/// Only where the cheapest is not usable for the attempt at hand, because of failures, limits or
/// earlier tries, are all looked at. Backups are always looked at one by one.
struct LeastLoad<Rule: LoadRule & ~Copyable>: Strategy, ~Copyable {
  static var card: StrategyCard { Rule.card }

  private let rule: Rule
  private let tree: LoadTree
  private var last: Int
  private var stream: RandomStream

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    rule = Rule(backends: upstream.count, options: options)
    tree = LoadTree(backends: upstream.count, countsTies: Rule.drawsAmongEquals)
    last = upstream.count - 1
    stream = randomness
    for place in 0..<upstream.count { index(BackendIndex(place), in: upstream) }
  }

  /// - Complexity: O(log n); O(n) where the cheapest is not usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let picked: BackendIndex?
    if let found = cheapest(), upstream.isUsable(found, for: attempt) {
      picked = found
    } else {
      picked = scan(for: attempt, in: upstream)
    }
    if let picked { last = picked.int }
    return picked
  }

  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    index(backend, in: upstream)
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    rule.learn(response, of: backend, upstream[backend])
    index(backend, in: upstream)
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    index(backend, in: upstream)
  }

  private func index(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    let isIn = upstream.isInService(backend) && !upstream[backend].isBackup
    tree.set(backend, to: isIn ? cost(of: backend, in: upstream) : .infinity)
  }

  private func cost(of backend: BackendIndex, in upstream: borrowing Upstream) -> Double {
    rule.cost(of: backend, upstream[backend])
  }

  private mutating func cheapest() -> BackendIndex? {
    if tree.ties == 0 { return nil }
    if Rule.drawsAmongEquals { return tree.tie(Int(stream.below(UInt64(tree.ties)))) }
    return tree.tie(behind: last)
  }

  private mutating func scan(
    for attempt: Attempt, in upstream: borrowing Upstream
  ) -> BackendIndex? {
    var best = BackendIndex.none
    var least = Double.infinity
    var ties: UInt64 = 0
    for step in 1...upstream.count {
      let backend = BackendIndex((last + step) % upstream.count)
      if !upstream.isUsable(backend, for: attempt) { continue }
      let cost = cost(of: backend, in: upstream)
      if best != .none && cost > least { continue }
      ties = best == .none || cost < least ? 1 : ties + 1
      least = cost
      if ties == 1 || Rule.drawsAmongEquals && stream.below(ties) == 0 { best = backend }
    }
    return best == .none ? nil : best
  }
}
