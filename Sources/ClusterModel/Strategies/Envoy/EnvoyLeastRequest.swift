import ExperimentModel
import SimulationEngine

/// Envoy's least request: the less loaded of a few drawn at random, or, where weights differ,
/// round robin by weights that requests outstanding lower.
struct EnvoyLeastRequest: EnvoyPolicy, ~Copyable {
  static let card = StrategyCard(
    name: "envoy.least_request",
    summary: "the less loaded of a few; where weights differ, turns by weight over load",
    whenToUse: "when requests through Envoy differ in cost; where weights differ, it "
      + "follows the load less closely",
    source: "Envoy, source/extensions/load_balancing_policies/least_request/least_request_lb.cc",
    options: [
      StrategyOption(
        name: "choice_count", summary: "how many hosts are drawn, with replacement",
        kind: .number(standard: 2, range: 2...1000, isWhole: true)),
      StrategyOption(
        name: "active_request_bias",
        summary: "the power of the load that a weight is divided by, where weights differ",
        kind: .number(standard: 1, range: 0...100, isWhole: false)),
      StrategyOption(
        name: "selection_method", summary: "whether equal hosts are drawn or all looked at",
        kind: .word(standard: "n_choices", of: ["n_choices", "full_scan"])),
      EnvoyDeadlines.start,
    ] + EnvoySlowStart.options)

  private var deadlines: EnvoyDeadlines
  private var stream: RandomStream
  private var hosts = EnvoyHosts.none
  private let choices: Int
  private let bias: Double
  private let scansAll: Bool

  init(options: StrategyOptions, randomness: RandomStream) {
    deadlines = EnvoyDeadlines(options, randomness: randomness)
    stream = randomness.substream(1 << 20)
    choices = Int(options.number("choice_count"))
    bias = options.number("active_request_bias")
    scansAll = options.word("selection_method") == "full_scan"
  }

  mutating func use(_ hosts: [BackendIndex], in upstream: borrowing Upstream) {
    self.hosts = EnvoyHosts(hosts, in: upstream)
    let bias = bias
    deadlines.use(hosts, areEqual: self.hosts.areEqual, in: upstream) { host in
      Self.weight(of: upstream[host], bias: bias)
    }
  }

  /// - Complexity: O(d) for d choices, O(n) for a full scan, O(log n) where weights differ.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if hosts.count == 0 { return nil }
    if deadlines.isKept {
      let bias = bias
      return deadlines.pick(among: hosts, for: attempt, in: upstream) { host in
        Self.weight(of: upstream[host], bias: bias)
      }
    }
    return scansAll ? scan(for: attempt, in: upstream) : draw(for: attempt, in: upstream)
  }

  /// A host's weight over its load; the request at hand is not yet counted.
  private static func weight(of peer: Upstream.Peer, bias: Double) -> Double {
    let load = Double(peer.outstanding + 1)
    if bias == 1 { return Double(peer.weight) / load }
    return bias == 0 ? Double(peer.weight) : Double(peer.weight) / Elementary.pow(load, bias)
  }

  /// The least loaded of the draws, the first of equals.
  private mutating func draw(
    for attempt: Attempt, in upstream: borrowing Upstream
  ) -> BackendIndex? {
    var best = BackendIndex.none
    var fewest = Int32.max
    var place = 0
    for _ in 0..<choices {
      place = Int(stream.below(UInt64(hosts.count)))
      let outstanding = upstream[hosts[place]].outstanding
      if outstanding < fewest && upstream.isUsable(hosts[place], for: attempt) {
        best = hosts[place]
        fewest = outstanding
      }
    }
    return best == .none ? hosts.usable(from: place, for: attempt, in: upstream) : best
  }

  /// The least loaded of all, any of equals.
  private mutating func scan(
    for attempt: Attempt, in upstream: borrowing Upstream
  ) -> BackendIndex? {
    var best = BackendIndex.none
    var fewest = Int32.max
    var ties: UInt64 = 0
    for place in 0..<hosts.count {
      let outstanding = upstream[hosts[place]].outstanding
      if outstanding > fewest || !upstream.isUsable(hosts[place], for: attempt) { continue }
      ties = outstanding < fewest ? 1 : ties + 1
      if ties == 1 || stream.below(ties) == 0 { best = hosts[place] }
      fewest = outstanding
    }
    return best == .none ? nil : best
  }
}
