import ExperimentModel
import SimulationEngine

/// Finagle's aperture: two choices among as few nodes as keep each about as busy as one request.
///
/// The aperture is the first part of an order of its own that each balancer shuffles. It widens
/// when the mean number of requests outstanding at a node of it reaches the upper end of a band,
/// and narrows at the lower end.
struct FinagleAperture: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "finagle.aperture",
    summary: "two choices among only as many nodes as the load needs, drawn once",
    whenToUse: "when a client sends too little for all servers to be worth a connection; "
      + "few servers know each client then",
    source: "Finagle, finagle-core/.../loadbalancer/aperture/{Aperture,LoadBand}.scala; the "
      + "random aperture, not the deterministic one",
    options: [
      StrategyOption(
        name: "low_load", summary: "the load of a node at which the aperture narrows",
        kind: .number(standard: 0.875, range: 0...1000, isWhole: false)),
      StrategyOption(
        name: "high_load", summary: "the load of a node at which the aperture widens",
        kind: .number(standard: 1.125, range: 0...1000, isWhole: false)),
      StrategyOption(
        name: "smooth_window", summary: "over how many seconds the load is averaged",
        kind: .number(standard: 15, range: 0...3600, isWhole: false)),
      StrategyOption(
        name: "min_aperture", summary: "how many nodes are used at least",
        kind: .number(standard: 1, range: 1...1_000_000, isWhole: true)),
    ])

  private var stream: RandomStream
  private let order: Column<UInt32>
  private let low: Double
  private let high: Double
  private let window: Double
  private let narrowest: Int
  private var width: Int
  private var total = 0
  private var mean = 0.0
  private var stamp: Instant?

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    stream = randomness
    low = options.number("low_load")
    high = options.number("high_load")
    window = options.number("smooth_window") * 1e9
    narrowest = min(Int(options.number("min_aperture")), upstream.count)
    width = narrowest
    order = Column((0..<upstream.count).map(UInt32.init))
    for place in 0..<upstream.count {
      let drawn = place + Int(stream.below(UInt64(upstream.count - place)))
      let moved = order[place]
      order[place] = order[drawn]
      order[drawn] = moved
    }
    putOpenFirst(in: upstream)
  }

  /// - Complexity: O(1) while most nodes are open.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let picked = pick(among: width, for: attempt, in: upstream)
    // Nodes beyond the aperture are used before nobody is.
    return picked ?? pick(among: order.count, for: attempt, in: upstream)
  }

  mutating func started(at backend: BackendIndex, in upstream: borrowing Upstream) {
    total += 1
    adjust(at: upstream.now)
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    total -= 1
    adjust(at: upstream.now)
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    putOpenFirst(in: upstream)
  }

  private mutating func pick(
    among count: Int, for attempt: Attempt, in upstream: borrowing Upstream
  ) -> BackendIndex? {
    FinagleTwoChoices.pick(
      among: count, for: attempt, in: upstream, stream: &stream,
      node: { BackendIndex(Int(order[$0])) }, load: { Double(upstream[$0].outstanding) })
  }

  private mutating func adjust(at now: Instant) {
    let load = Double(total)
    if let stamp {
      let kept = window == 0 ? 0 : Elementary.exp(-Double((now - stamp).count) / window)
      mean = load * (1 - kept) + mean * kept
    } else {
      mean = load
    }
    stamp = now
    let each = mean / Double(width)
    if each >= high && width < order.count {
      width += 1
    } else if each <= low && width > narrowest {
      width -= 1
    }
  }

  /// Keeps the order, but for nodes that are down, which go to the end.
  private func putOpenFirst(in upstream: borrowing Upstream) {
    var open: [UInt32] = []
    var closed: [UInt32] = []
    for place in 0..<order.count {
      let isOpen = upstream.isInService(BackendIndex(Int(order[place])))
      if isOpen { open.append(order[place]) } else { closed.append(order[place]) }
    }
    for (place, node) in (open + closed).enumerated() { order[place] = node }
  }
}
