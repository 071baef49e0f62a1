import SimulationEngine

/// How backends that come back warm up: the share of its weight that each has rises to the whole.
///
/// A process that has just started has empty caches and no connections, and what it would get by
/// its weight could overwhelm it. The share rises in sixteenths.
///
/// Sources: `slowstart` in HAProxy 2.6, which counts whole seconds and looks once in each
/// (`server_recalc_eweight` and `server_warmup` in `src/server.c`); `slow_start` in nginx's
/// documentation of its commercial edition, which says that a weight is recovered "from zero".
/// Envoy's has a rule of its own, in `EnvoySlowStart`.
struct WarmUps: ~Copyable {
  /// How the balancer's clock counts.
  enum Clock: BitwiseCopyable {
    /// As finely as time passes: nginx.
    case continuous
    /// In whole seconds: HAProxy.
    case wholeSeconds
  }

  private struct WarmUp: BitwiseCopyable {
    var span: Nanoseconds
    var begun = Instant.never
    /// When its share rises next.
    var next = Instant.never
  }

  private let clock: Clock
  private let rows: Column<WarmUp>
  /// When a share rises next.
  private(set) var next = Instant.never

  /// Nobody warms up.
  init() { self.init([], clock: .continuous) }

  /// Makes the warm-ups of backends that take so long each; zero for one that is warm at once.
  init(_ spans: [Nanoseconds], clock: Clock) {
    self.clock = clock
    rows = Column(spans.contains { $0 > .zero } ? spans.map { WarmUp(span: $0) } : [])
  }

  /// Whether no backend ever warms up.
  var isEmpty: Bool { rows.count == 0 }

  /// How long a backend takes to warm up; zero for not at all.
  func span(of backend: BackendIndex) -> Nanoseconds { isEmpty ? .zero : rows[backend.int].span }

  /// What is left of a limit of requests while its backend warms up: in HAProxy its share of the
  /// time in percent (`srv_dynamic_maxconn`), elsewhere all of it.
  func limit(_ limit: Int32, of backend: BackendIndex, at now: Instant) -> Int32 {
    if clock == .continuous || isEmpty || rows[backend.int].next == .never { return limit }
    let (elapsed, span) = progress(of: rows[backend.int], at: now)
    return elapsed >= span ? limit : max(1, limit * Int32(100 * elapsed / span) / 100)
  }

  /// A backend has come back: it begins with a sixteenth, if it warms up at all.
  mutating func begin(_ backend: BackendIndex, at now: Instant) -> Int32 {
    if span(of: backend) == .zero { return 16 }
    rows[backend.int].begun = now
    rows[backend.int].next = now
    next = min(next, now)
    return 1
  }

  /// The next backend whose share has risen by a time, and the sixteenths that it has now; nil when
  /// there is none.
  ///
  /// - Complexity: O(n), for what happens seldom.
  mutating func step(until now: Instant) -> (backend: BackendIndex, warmth: Int32)? {
    if next > now { return nil }
    guard let place = (0..<rows.count).first(where: { rows[$0].next == next }) else { return nil }
    let row = rows[place]
    let (elapsed, span) = progress(of: row, at: row.next)
    let warmth = elapsed >= span ? 16 : Int32((16 * elapsed + span) / span)
    rows[place].next = warmth < 16 ? row.next + pause(of: row) : .never
    next = (0..<rows.count).reduce(.never) { min($0, rows[$1].next) }
    return (BackendIndex(place), warmth)
  }

  private func pause(of row: WarmUp) -> Nanoseconds {
    switch clock {
    case .continuous: Nanoseconds((row.span.count + 15) / 16)
    case .wholeSeconds: Nanoseconds(1_000_000_000)
    }
  }

  /// The time since a backend came back, and how long it takes, as the clock counts.
  private func progress(of row: WarmUp, at time: Instant) -> (elapsed: Int64, span: Int64) {
    let second: Int64 = 1_000_000_000
    switch clock {
    case .continuous: return ((time - row.begun).count, row.span.count)
    case .wholeSeconds:
      let elapsed = time.nanoseconds / second - row.begun.nanoseconds / second
      return (elapsed, (row.span.count + second - 1) / second)
    }
  }
}

extension Upstream {
  /// A backend has come back, and warms up if it is one that does.
  ///
  /// Whoever keeps an index of the weights is told at the next step, which is due at once.
  mutating func beginWarmUp(of backend: BackendIndex) {
    self[backend].warmth = warmUps.begin(backend, at: now)
  }

  /// The next backend whose share of its weight has risen; nil when there is none.
  mutating func warmUp() -> BackendIndex? {
    guard let (backend, warmth) = warmUps.step(until: now) else { return nil }
    self[backend].warmth = warmth
    return backend
  }
}

extension Upstream.Peer {
  /// The weight in sixteenths, as far as the backend has warmed up.
  var warmWeight: Int64 { Int64(weight) * Int64(warmth) }
}
