import ExperimentModel
import SimulationEngine

/// What Envoy does about failures: retries, priorities, panic.
///
/// Sources: `source/common/router/retry_state_impl.cc` and
/// `source/extensions/load_balancing_policies/common/load_balancer_impl.cc` of Envoy 1.40.
extension BalancerRules {
  /// The share of healthy hosts, in percent, below which all are used.
  private static let panicPercent = 50
  /// By how much healthy hosts are taken to be able to do more than their share, in percent.
  private static let overprovisioningPercent = 140

  /// How many tries Envoy gives a request: one, and one more where retries are asked for, unless
  /// the file says how many.
  static func envoyTries(_ retry: RetryRule?) -> Int32 {
    guard let retry else { return 1 }
    return retry.tries > 0 ? Int32(retry.tries) : 2
  }

  /// Picks among the primary backends, or among the backups where too few of those are healthy.
  ///
  /// A retry is a new pick, which the same host may win again.
  func pickAsEnvoy(
    _ picker: inout AnyStrategy, for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if attempt.number == 0 { attempt.triesLeft = tries } else { attempt.forgetTried() }
    attempt.waitsFor = .none
    if !hasBackups { return picker.pick(for: &attempt, from: upstream) }
    attempt.usesBackups = Self.usesBackups(attempt, in: upstream)
    return picker.pick(for: &attempt, from: upstream)
  }

  /// Decides whether a request is tried again; how it counts against its host is for the outlier
  /// detection.
  func concludeAsEnvoy(
    _ attempt: inout Attempt, at backend: BackendIndex, _ result: AttemptResult, mayRetry: Bool,
    pauses: inout RandomStream
  ) -> Verdict {
    attempt.triesLeft -= 1
    attempt.number += 1
    attempt.avoided = backend
    let limit = retry.time.nanoseconds
    let isInTime = limit == 0 || (attempt.now - attempt.begun).count < limit
    // The time of a route is that of all its tries together, so that nothing follows its end.
    if result == .readTimeout { return .deliver(.status504) }
    let mayBeSent = !retry.onlyUnsent || result == .refused || result == .connectTimeout
    if attempt.triesLeft > 0, mayRetry, isInTime, mayBeSent, let condition = result.condition,
      retry.on.contains(condition)
    {
      return .tryAgain(after: Self.backOff(before: attempt.number, drawnFrom: &pauses))
    }
    return .deliver(Self.envoyEnding(of: result))
  }

  /// How long Envoy waits before the n-th retry: up to 25 ms · (2ⁿ − 1), at most 250 ms, in whole
  /// milliseconds (`source/common/common/backoff_strategy.cc`).
  private static func backOff(
    before retry: Int32, drawnFrom pauses: inout RandomStream
  ) -> Nanoseconds {
    let longest = min(250, 25 * ((1 << min(Int(retry), 10)) - 1))
    return Nanoseconds(Int64(pauses.below(UInt64(longest)))) * 1_000_000
  }

  /// Notes whether so few hosts are healthy that Envoy uses all of them.
  ///
  /// Nobody panics while the healthy hosts of both priorities together are enough.
  ///
  /// - Complexity: O(n).
  static func noteEnvoyPanic(in upstream: inout Upstream) {
    let primaries = Health(areBackups: false, in: upstream)
    let backups = Health(areBackups: true, in: upstream)
    let isEnough = primaries.percent + backups.percent >= 100
    upstream.primariesPanic = !isEnough && primaries.isBelow(panicPercent)
    upstream.backupsPanic = !isEnough && backups.isBelow(panicPercent)
  }

  /// How healthy the hosts of a priority are.
  private struct Health {
    var total = 0
    var healthy = 0

    init(areBackups: Bool, in upstream: borrowing Upstream) {
      for place in 0..<upstream.count {
        let peer = upstream[BackendIndex(place)]
        if peer.isDown || peer.isBackup != areBackups { continue }
        total += 1
        if peer.isUp { healthy += 1 }
      }
    }

    /// How much of the whole load the healthy hosts can bear.
    var percent: Int {
      total == 0 ? 0 : min(100, overprovisioningPercent * healthy / total)
    }

    func isBelow(_ percent: Int) -> Bool { 100 * healthy < percent * total }
  }

  /// Whether a request goes to the backups: the primaries take what they can bear, and the lot
  /// falls by the request itself, as evenly as its hash.
  private static func usesBackups(_ attempt: Attempt, in upstream: borrowing Upstream) -> Bool {
    let first = Health(areBackups: false, in: upstream).percent
    if first == 100 { return false }
    let second = Health(areBackups: true, in: upstream).percent
    let sum = min(100, first + second)
    if sum == 0 { return false }
    let lot = RandomStream(seed: UInt64(bitPattern: attempt.begun.nanoseconds), purpose: "priority")
    var stream = lot.substream(UInt64(attempt.number))
    return stream.below(100) >= UInt64(first * 100 / sum)
  }

  /// What the client is told about an attempt that is not tried again.
  private static func envoyEnding(of result: AttemptResult) -> Ending {
    switch result {
    case .answered(let status): Ending(status: status)
    case .refused, .brokeOff, .connectTimeout: .status503
    case .readTimeout: .status504
    case .clientLeft: .clientTimeout
    }
  }
}

extension OutlierDetection.Settings {
  /// What the passive checks of a file mean to Envoy: failures in a row, and the first ejection.
  init(_ checks: PassiveChecks) {
    self.init()
    consecutiveFailures = Int32(checks.maxFails)
    baseEjection = Nanoseconds(checks.failTimeout.nanoseconds)
    if let longest = checks.longestEjection { longestEjection = Nanoseconds(longest.nanoseconds) }
    if let interval = checks.interval { self.interval = Nanoseconds(interval.nanoseconds) }
    if let share = checks.mostEjected { mostEjectedPercent = Int(share.fraction * 100) }
  }
}
