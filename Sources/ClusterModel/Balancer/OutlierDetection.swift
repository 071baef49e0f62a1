import SimulationEngine

/// Envoy's outlier detection: a host that fails several times in a row is ejected for a while.
///
/// Source: Envoy, `source/common/upstream/outlier_detection_impl.cc`, the part about consecutive
/// 5xx. It is told results and the time, and knows who is ejected; a host comes back at the first
/// tick of an interval after its time is up, and each further ejection lasts longer. When whoever
/// picks hears of it is for `MergeWindow`.
package struct OutlierDetection: ~Copyable {
  /// What can be configured; the standard values are Envoy's.
  package struct Settings: BitwiseCopyable, Sendable {
    /// How many failures in a row eject a host; 0 never does.
    package var consecutiveFailures: Int32 = 5
    /// How often it is looked whether hosts may come back.
    package var interval = Nanoseconds(10_000_000_000)
    /// How long the first ejection lasts; the n-th lasts n times as long.
    package var baseEjection = Nanoseconds(30_000_000_000)
    /// The longest that an ejection lasts.
    package var longestEjection = Nanoseconds(300_000_000_000)
    /// How many of the hosts, in percent, may be ejected at once.
    package var mostEjectedPercent = 10
    /// Whether one host may be ejected even where that is more than the percentage.
    package var alwaysEjectsOne = false

    /// Makes the standard settings.
    package init() {}
  }

  private struct Record: BitwiseCopyable {
    var failures: Int32 = 0
    /// How many times the base an ejection lasts.
    var factor: Int64 = 0
    var ejected = Instant.never
    var returned = Instant(nanoseconds: .min / 2)
  }

  private let settings: Settings
  private let records: Column<Record>
  private var ejectedCount = 0
  /// When hosts may come back next.
  package private(set) var nextTick: Instant

  /// Makes the detection, whose first interval begins at a time; without settings it does nothing.
  package init(_ settings: Settings?, hosts: Int, from start: Instant = .zero) {
    self.settings = settings ?? Settings()
    records = Column(repeating: Record(), count: settings == nil ? 0 : hosts)
    nextTick = settings == nil ? .never : start + self.settings.interval
  }

  /// Takes note of how an attempt ended; true when it has its host ejected.
  ///
  /// A connection that fails counts as the 503 that Envoy makes of it, a time-out as its 504.
  ///
  /// - Complexity: O(1).
  package mutating func observe(
    _ result: AttemptResult, of host: BackendIndex, at now: Instant
  ) -> Bool {
    if records.count == 0 || result == .clientLeft { return false }
    guard result.isServerError else {
      records[host.int].failures = 0
      return false
    }
    records[host.int].failures += 1
    if records[host.int].failures != settings.consecutiveFailures { return false }
    records[host.int].failures = 0
    return eject(host, at: now)
  }

  /// Whether a host is ejected now.
  package func isEjected(_ host: BackendIndex) -> Bool {
    records.count > 0 && records[host.int].ejected != .never
  }

  /// Lets the next tick take place; true when it brings a host back.
  ///
  /// - Complexity: O(n).
  package mutating func tick() -> Bool {
    var hasReturned = false
    for place in 0..<records.count where look(at: BackendIndex(place)) { hasReturned = true }
    nextTick = nextTick + settings.interval
    return hasReturned
  }

  /// Takes a host back before its time, since it has passed an active check.
  mutating func uneject(_ host: BackendIndex, at now: Instant) {
    if records.count == 0 || records[host.int].ejected == .never { return }
    takeBack(host, at: now)
  }

  private mutating func takeBack(_ host: BackendIndex, at now: Instant) {
    records[host.int].ejected = .never
    records[host.int].returned = now
    records[host.int].failures = 0
    ejectedCount -= 1
  }

  private mutating func eject(_ host: BackendIndex, at now: Instant) -> Bool {
    if records[host.int].ejected != .never { return false }
    let share = 100 * (ejectedCount + 1)
    let isAllowed =
      share <= settings.mostEjectedPercent * records.count
      || settings.alwaysEjectsOne && ejectedCount == 0
    if !isAllowed { return false }
    let longest = max(settings.longestEjection, settings.baseEjection)
    if (settings.baseEjection * records[host.int].factor) < longest + settings.baseEjection {
      records[host.int].factor += 1
    }
    records[host.int].ejected = now
    ejectedCount += 1
    return true
  }

  /// What a tick does for one host; true when it comes back.
  private mutating func look(at host: BackendIndex) -> Bool {
    let record = records[host.int]
    if record.ejected == .never {
      if record.factor > 0 && nextTick >= record.returned + settings.interval {
        records[host.int].factor -= 1
      }
      return false
    }
    let longest = max(settings.longestEjection, settings.baseEjection)
    let span = min(settings.baseEjection * record.factor, longest)
    if nextTick < record.ejected + span { return false }
    takeBack(host, at: nextTick)
    return true
  }
}

extension AttemptResult {
  /// Whether Envoy sees a 5xx in it, its own included, and Finagle a failure.
  var isServerError: Bool {
    switch self {
    case .answered(let status): status >= 500
    case .refused, .brokeOff, .connectTimeout, .readTimeout: true
    case .clientLeft: false
    }
  }
}
