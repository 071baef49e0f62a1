import ExperimentModel
import SimulationEngine

/// Probes of a few backends, kept in a pool: of those with few requests the fastest, else the one
/// with the fewest.
///
/// Two things are not as in the paper. A probe's answer is what this balancer itself knows of the
/// backend when the probe is sent: its own requests outstanding there, and the latency that it has
/// measured; so a probe takes no time and other balancers' requests are not seen. And a latency is
/// remembered with the number of requests outstanding when it ended, not when it began.
struct Prequal: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "prequal",
    summary: "of recently probed backends the fastest that is not hot, else the least loaded",
    whenToUse: "when the tail matters at high utilization and backends can be asked for "
      + "their load; it costs a few probes for each request",
    source: "B. Wydrowski et al., \"Load is not what you should balance\", NSDI 2024; probes are "
      + "answered at once from the balancer's own counts; one use a probe where the pool holds all",
    options: [
      StrategyOption(
        name: "probes", summary: "how many backends each request probes",
        kind: .number(standard: 3, range: 1...16, isWhole: true)),
      StrategyOption(
        name: "hot_quantile", summary: "the share of probes that are not hot",
        kind: .number(standard: 0.84, range: 0...1, isWhole: false)),
    ])

  /// The longest that a probe is used, and the fewest probes that are chosen among.
  private static var longestAge: Nanoseconds { Nanoseconds(1_000_000_000) }
  private static var fewestProbes: Int { 2 }

  private var stream: RandomStream
  private let probesEach: Int
  private let hotQuantile: Double
  private let usesEach: Double
  private var pool = PrequalPool()
  private let latencies: PrequalLatencies
  private var recent = RecentQuantile(capacity: 128)
  private let deck: Column<UInt32>
  private var removesOldest = true

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
    probesEach = min(Int(options.number("probes")), upstream.count)
    hotQuantile = options.number("hot_quantile")
    latencies = PrequalLatencies(backends: upstream.count)
    deck = Column((0..<upstream.count).map(UInt32.init))
    // b = (1 + δ) / ((1 − m/n) r − q), with δ = 1, a pool of m for n backends and q = 1 removal.
    let left = 1 - Double(PrequalPool.capacity) / Double(upstream.count)
    let divisor = left * options.number("probes") - 1
    usesEach = divisor > 0 ? max(1, 2 / divisor) : 1
  }

  /// - Complexity: O(1), with the sizes of the pool and of the windows as its constant.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    pool.removeAll(before: upstream.now - Self.longestAge)
    for place in 0..<probesEach { probe(place, in: upstream) }
    let hot = recent.quantile(hotQuantile)
    let chosen =
      pool.count < Self.fewestProbes
      ? nil : pool.best(hotAbove: hot) { upstream.isUsable($0, for: attempt) }
    guard let chosen else {
      return upstream.firstUsable(for: attempt) {
        BackendIndex(Int(stream.below(UInt64(upstream.count))))
      }
    }
    let backend = pool[chosen].backend
    pool.use(chosen)
    pool.removeOne(oldest: removesOldest, hotAbove: hot)
    removesOldest.toggle()
    return backend
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    latencies.note(response, of: backend, load: upstream[backend].outstanding)
  }

  /// Probes one backend that has not been probed for this request, drawn as by shuffling cards.
  private mutating func probe(_ place: Int, in upstream: borrowing Upstream) {
    let drawn = place + Int(stream.below(UInt64(deck.count - place)))
    let backend = BackendIndex(Int(deck[drawn]))
    deck[drawn] = deck[place]
    deck[place] = backend.value
    let load = upstream[backend].outstanding
    recent.note(load)
    let whole = Int32(usesEach)
    let isMore = stream.uniform() < usesEach - Double(whole)
    pool.add(
      PrequalProbe(
        backend: backend, load: load, usesLeft: whole + (isMore ? 1 : 0),
        latency: latencies.estimate(of: backend, load: load), taken: upstream.now))
  }
}
