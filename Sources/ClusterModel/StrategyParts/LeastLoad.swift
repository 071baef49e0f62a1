import ExperimentModel
import SimulationEngine

/// What makes one backend dearer than another.
protocol LoadRule: SendableMetatype {
  static var card: StrategyCard { get }
  /// Whether any of the cheapest is taken with equal chance; else they are taken in turn.
  static var drawsAmongEquals: Bool { get }
  /// What the next request costs at a backend whose mean response time, in nanoseconds, is
  /// `response`; 0 before its first answer.
  static func cost(of peer: Upstream.Peer, response: Double) -> Double
}

extension LoadRule {
  static var drawsAmongEquals: Bool { false }
}

/// The cheapest of all backends by a rule, held in an index.
///
/// Only where the cheapest is not usable for the attempt at hand, because of failures, limits or
/// earlier tries, are all looked at. Backups are always looked at one by one.
struct LeastLoad<Rule: LoadRule>: Strategy, ~Copyable {
  static var card: StrategyCard { Rule.card }

  /// The weight of the newest answer in the mean response time.
  private let newest = 0.1
  private let tree: LoadTree
  private let responses: Column<Double>
  private var last: Int
  private var stream: RandomStream

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    tree = LoadTree(backends: upstream.count, countsTies: Rule.drawsAmongEquals)
    responses = Column(repeating: 0, count: upstream.count)
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
    let sample = Double(max(response.count, 1))
    let mean = responses[backend.int]
    responses[backend.int] = mean == 0 ? sample : mean + newest * (sample - mean)
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
    Rule.cost(of: upstream[backend], response: responses[backend.int])
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
