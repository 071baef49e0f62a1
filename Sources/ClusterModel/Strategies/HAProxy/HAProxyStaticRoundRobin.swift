import ExperimentModel
import SimulationEngine

/// HAProxy's `balance static-rr`: a map of turns laid out beforehand, walked from end to end.
struct HAProxyStaticRoundRobin: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "haproxy.static-rr",
    summary: "in proportion to the weights at the start: weights 1, 2, 3 give a c b c b c",
    whenToUse: "when HAProxy has more servers than the 4095 of roundrobin, and weights "
      + "never change",
    source: "HAProxy, src/lb_map.c")
  static var traits: StrategyTraits { [.anyBackendWillDo, .neverOvertakes, .ignoresAnswers] }

  private var map: ServerMap

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    map = ServerMap(upstream)
  }

  /// - Complexity: O(1), and one step more for each full server that is passed over.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    map.next(for: attempt, from: upstream)
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    map.layOut(upstream)
  }
}
