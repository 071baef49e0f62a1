import ExperimentModel
import SimulationEngine

/// What Finagle does about failures: it requeues requests that were not sent.
///
/// Source: `finagle-core/.../service/RequeueFilter.scala` and `RetryBudget.scala`.
extension BalancerRules {
  /// How often a request may be requeued, besides the budget: a hundred times, which a budget of
  /// 20 % never reaches.
  static func finagleTries(_ retry: RetryRule) -> Int32 {
    retry.tries > 0 ? Int32(retry.tries) : 100
  }

  /// Picks among the primary backends, and, when none of them is usable, among the backups: the
  /// rule of programs that know no backups themselves.
  func pickInOrder(
    _ picker: inout AnyStrategy, for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if attempt.number == 0 { attempt.triesLeft = tries } else { attempt.forgetTried() }
    if let picked = picker.pick(for: &attempt, from: upstream) { return picked }
    if !hasBackups || attempt.usesBackups { return nil }
    attempt.usesBackups = true
    return picker.pick(for: &attempt, from: upstream)
  }

  /// Requeues a request that was not sent, while the budget lasts.
  ///
  /// What was sent is sent again only where the file asks for it.
  func concludeAsFinagle(
    _ attempt: inout Attempt, at backend: BackendIndex, _ result: AttemptResult, mayRetry: Bool
  ) -> Verdict {
    attempt.triesLeft -= 1
    attempt.number += 1
    attempt.avoided = backend
    attempt.usesBackups = false
    let wasSent = result != .refused && result != .connectTimeout
    let isAsked = attempt.isIdempotent && (result.condition.map(retry.on.contains) ?? false)
    let mayBeSent = !wasSent || isAsked && !retry.onlyUnsent
    let limit = retry.time.nanoseconds
    let isInTime = limit == 0 || (attempt.now - attempt.begun).count < limit
    if mayRetry && mayBeSent && isInTime && attempt.triesLeft > 0 {
      return .tryAgain(after: .zero)
    }
    switch result {
    case .answered(let status): return .deliver(Ending(status: status))
    case .refused, .brokeOff: return .deliver(.status502)
    case .connectTimeout, .readTimeout: return .deliver(.status504)
    case .clientLeft: return .deliver(.clientTimeout)
    }
  }
}
