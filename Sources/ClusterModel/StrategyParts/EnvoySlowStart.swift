import ExperimentModel
import SimulationEngine

/// The share of its weight that a host has while it is new, so that it warms up.
///
/// A host is new at the start, and again when active checks that had found it failing find that it
/// works; a host that was only ejected comes back warm.
///
/// Source: `load_balancer_impl.cc`, applySlowStartFactor and recalculateHostsInSlowStart.
struct EnvoySlowStart: ~Copyable {
  /// The window of all hosts in nanoseconds, an option of the strategy; 0 for each backend's own.
  private let window: Double
  private let aggression: Double
  private let least: Double
  /// The window of each backend, in nanoseconds.
  private var windows = Column<Double>([])
  /// When each backend became one of the hosts; `never` while it is none.
  private var joined = Column<Instant>([])
  /// When the host that takes longest is warm.
  private var warm = Instant(nanoseconds: .min)

  static let options = [
    StrategyOption(
      name: "slow_start_window",
      summary: "how many seconds every new host warms up; 0 for its own `slow_start`",
      kind: .number(standard: 0, range: 0...86_400, isWhole: false)),
    StrategyOption(
      name: "aggression", summary: "above 1 a new host's weight rises faster at first",
      kind: .number(standard: 1, range: 0.01...100, isWhole: false)),
    StrategyOption(
      name: "min_weight_percent", summary: "the least share of its weight that a new host has",
      kind: .number(standard: 10, range: 0...100, isWhole: false)),
  ]

  init(_ options: StrategyOptions) {
    window = options.number("slow_start_window") * 1e9
    aggression = options.number("aggression")
    least = options.number("min_weight_percent") / 100
  }

  /// Notes which hosts are there, and since when.
  mutating func note(_ hosts: [BackendIndex], in upstream: borrowing Upstream) {
    if windows.count == 0 {
      windows = Column(repeating: window, count: upstream.count)
      joined = Column(repeating: .never, count: upstream.count)
      for place in 0..<upstream.count where window == 0 {
        windows[place] = Double(upstream.warmUps.span(of: BackendIndex(place)).count)
      }
    }
    for place in 0..<upstream.count where upstream[BackendIndex(place)].isFailing {
      joined[place] = .never
    }
    for host in hosts where joined[host.int] == .never {
      joined[host.int] = upstream.now
      if windows[host.int] == 0 { continue }
      warm = max(warm, upstream.now + Nanoseconds(nearest: windows[host.int]))
    }
  }

  /// Whether some host is still warming up.
  func isActive(at now: Instant) -> Bool { now <= warm }

  /// What the weight of a host is multiplied by.
  func factor(of host: BackendIndex, at now: Instant) -> Double {
    let window = windows[host.int]
    let age = Double((now - joined[host.int]).count)
    if age >= window { return 1 }
    let share = max(age, 1e6) / window
    return max(least, aggression == 1 ? share : Elementary.pow(share, 1 / aggression))
  }
}
