import ExperimentModel
import SimulationEngine

/// Finagle's failure accrual: a node that fails several times in a row, or too often, is taken for
/// dead, and gets one request as a trial after a while, which grows as long as the trials fail.
///
/// Source: `finagle-core/.../liveness/FailureAccrualFactory.scala` and its `FailureAccrualPolicy`.
/// The time is drawn anew each time, between half of it and all of it (`Backoff.equalJittered`).
struct FailureAccrual: ~Copyable {
  /// What can be configured; the standard values are Finagle's.
  struct Settings {
    /// How many failures in a row make a node dead; 0 never does.
    var failures: Int32 = 5
    /// Whether a node is dead too whose share of successes is too small.
    var watchesRate = true
    /// How long it is dead at first, and at most.
    var first = Nanoseconds(5_000_000_000)
    var longest = Nanoseconds(300_000_000_000)

    /// What the passive checks of a file mean to Finagle.
    init(_ checks: PassiveChecks?) {
      guard let checks else { return }
      failures = Int32(checks.maxFails)
      watchesRate = false
      first = Nanoseconds(checks.failTimeout.nanoseconds)
      longest = max(first, checks.longestEjection.map { Nanoseconds($0.nanoseconds) } ?? longest)
    }
  }

  private enum Phase: BitwiseCopyable { case alive, dead, onTrial, tried }

  private struct Record: BitwiseCopyable {
    var phase = Phase.alive
    var failures: Int32 = 0
    var deaths: Int64 = 0
    var revives = Instant.never
    var rate = SuccessRate(from: .zero)
  }

  private let settings: Settings
  private let records: Column<Record>
  private var stream: RandomStream
  /// When a node comes back next.
  private(set) var nextRevival = Instant.never
  private var troubled = 0

  init(_ settings: Settings?, nodes: Int, seed: UInt64) {
    self.settings = settings ?? Settings(nil)
    records = Column(repeating: Record(), count: settings == nil ? 0 : nodes)
    stream = RandomStream(seed: seed, purpose: "failure accrual")
  }

  /// Whether some node is not simply alive.
  var isWatching: Bool { troubled > 0 }

  /// Lets nodes whose time is up be tried; true when there are any.
  ///
  /// - Complexity: O(n).
  mutating func revive(until now: Instant, in upstream: inout Upstream) -> Bool {
    nextRevival = .never
    var hasRevived = false
    for place in 0..<records.count where records[place].phase == .dead {
      if records[place].revives <= now {
        records[place].phase = .onTrial
        upstream.set(BackendIndex(place), isUp: !upstream[BackendIndex(place)].isFailing)
        hasRevived = true
      } else {
        nextRevival = min(nextRevival, records[place].revives)
      }
    }
    return hasRevived
  }

  /// Closes a node on trial to others, since it has got its request; false for any other node.
  mutating func closeProbe(of node: BackendIndex, in upstream: inout Upstream) -> Bool {
    if records[node.int].phase != .onTrial { return false }
    records[node.int].phase = .tried
    upstream.set(node, isUp: false)
    return true
  }

  /// Takes note of how an attempt ended; true when that opens or closes its node.
  ///
  /// - Complexity: O(1).
  mutating func observe(
    _ result: AttemptResult, of node: BackendIndex, at now: Instant, in upstream: inout Upstream
  ) -> Bool {
    if records.count == 0 { return false }
    let phase = records[node.int].phase
    if result == .clientLeft {
      // Nothing was learnt: the trial goes to the next request.
      if phase != .tried { return false }
      records[node.int].phase = .onTrial
      upstream.set(node, isUp: !upstream[node].isFailing)
      return true
    }
    if settings.watchesRate {
      records[node.int].rate.take(success: !result.isServerError, at: now)
    }
    guard result.isServerError else {
      records[node.int].failures = 0
      if phase != .tried { return false }
      records[node.int].phase = .alive
      records[node.int].deaths = 0
      records[node.int].rate = SuccessRate(from: now)
      troubled -= 1
      upstream.set(node, isUp: !upstream[node].isFailing)
      return true
    }
    if phase == .dead { return false }
    records[node.int].failures += 1
    let isTooMany =
      settings.failures > 0 && records[node.int].failures >= settings.failures
      || settings.watchesRate && records[node.int].rate.isTooLow(at: now)
    guard phase != .alive || isTooMany else { return false }
    if phase == .alive { troubled += 1 }
    bury(node, at: now, in: &upstream)
    return true
  }

  private mutating func bury(_ node: BackendIndex, at now: Instant, in upstream: inout Upstream) {
    let deaths = records[node.int].deaths
    var span = settings.first
    for _ in 0..<min(deaths, 62) where span < settings.longest { span = span + span }
    span = min(span, settings.longest)
    if deaths > 0 {
      span = Nanoseconds(span.count / 2 + Int64(Double(span.count / 2) * stream.uniform()))
    }
    records[node.int].phase = .dead
    records[node.int].failures = 0
    records[node.int].deaths = deaths + 1
    records[node.int].revives = now + span
    nextRevival = min(nextRevival, now + span)
    upstream.set(node, isUp: false)
  }
}
