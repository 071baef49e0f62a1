import ExperimentModel
import SimulationEngine

/// What nginx does about failures: passive checks, tries, backups.
///
/// Sources: `src/http/ngx_http_upstream.c` (connect, next, test_next, finalize_request) and
/// `src/http/ngx_http_upstream_round_robin.c` (get_peer, free_peer) of nginx 1.22.
extension BalancerRules {
  /// Picks among the primary backends, and, when none of them is usable, among the backups, from
  /// which a request does not return.
  @inline(__always)
  func pickAsNginx(
    _ picker: inout AnyStrategy, for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if attempt.number == 0 { attempt.triesLeft = tries }
    if isSingle { return pickOnly(from: upstream) }
    var picked = picker.pick(for: &attempt, from: upstream)
    if picked == nil && hasBackups && !attempt.usesBackups {
      attempt.usesBackups = true
      attempt.forgetTried()
      picked = picker.pick(for: &attempt, from: upstream)
    }
    guard let picked else { return nil }
    // A server whose time is up is looked at by one request, and stays excluded for the others
    // until that one has succeeded.
    if attempt.second - upstream[picked].checked > upstream[picked].failTimeout {
      upstream[picked].checked = attempt.second
    }
    return picked
  }

  /// The only backend, whose failures do not count.
  private func pickOnly(from upstream: borrowing Upstream) -> BackendIndex? {
    let peer = upstream[BackendIndex(0)]
    let isFull = peer.maxConnections > 0 && peer.outstanding >= peer.maxConnections
    return peer.isDown || !peer.isUp || isFull ? nil : BackendIndex(0)
  }

  /// Counts the attempt for or against the backend, and passes the request on where nginx would.
  @inline(__always)
  func concludeAsNginx(
    _ attempt: inout Attempt, at backend: BackendIndex, _ result: AttemptResult,
    in upstream: inout Upstream
  ) -> Verdict {
    let isPassedOn = passesOn(attempt, result)
    if failed(result, isPassedOn: isPassedOn) {
      countFailure(of: backend, at: attempt.second, in: &upstream)
    } else {
      countSuccess(of: backend, in: &upstream)
    }
    attempt.triesLeft = isSingle ? 0 : attempt.triesLeft - 1
    attempt.number += 1
    attempt.avoided = backend
    return isPassedOn ? .tryAgain(after: .zero) : .deliver(nginxEnding(of: result))
  }

  /// Whether a request goes to the next backend after an attempt.
  private func passesOn(_ attempt: Attempt, _ result: AttemptResult) -> Bool {
    guard attempt.triesLeft > 1, !isSingle, let condition = result.condition,
      retry.on.contains(condition)
    else { return false }
    let wasSent = result != .refused && result != .connectTimeout
    if wasSent && !attempt.isIdempotent && !retry.on.contains(.nonIdempotent) { return false }
    let limit = retry.time.nanoseconds
    return limit == 0 || (attempt.now - attempt.begun).count < limit
  }

  /// Whether an attempt counts against its backend: always when there was no answer, and for
  /// statuses from 429 upwards when they are passed on.
  private func failed(_ result: AttemptResult, isPassedOn: Bool) -> Bool {
    switch result {
    case .refused, .brokeOff, .connectTimeout, .readTimeout: true
    case .answered(let status): isPassedOn && status != 403 && status != 404
    case .clientLeft: false
    }
  }

  private func countFailure(
    of backend: BackendIndex, at second: Int64, in upstream: inout Upstream
  ) {
    if isSingle { return }
    if upstream[backend].fails == 0 { upstream.troubled += 1 }
    upstream[backend].fails += 1
    upstream[backend].accessed = second
    upstream[backend].checked = second
    let peer = upstream[backend]
    if peer.maxFails > 0 {
      upstream[backend].effectiveWeight = max(0, peer.effectiveWeight - peer.weight / peer.maxFails)
    }
  }

  private func countSuccess(of backend: BackendIndex, in upstream: inout Upstream) {
    let peer = upstream[backend]
    if peer.fails > 0 && peer.accessed < peer.checked {
      upstream[backend].fails = 0
      upstream.troubled -= 1
      if peer.maxFails > 0 && peer.fails >= peer.maxFails { upstream.beginWarmUp(of: backend) }
    }
  }

  /// What the client is told about an attempt that is not passed on.
  private func nginxEnding(of result: AttemptResult) -> Ending {
    switch result {
    case .answered(let status): Ending(status: status)
    case .refused, .brokeOff: .status502
    case .connectTimeout, .readTimeout: .status504
    case .clientLeft: .clientTimeout
    }
  }
}

extension AttemptResult {
  /// nginx's name for the failure; nil for a good answer, or one that it never passes on.
  var condition: RetryRule.Condition? {
    switch self {
    case .answered(403): .http403
    case .answered(404): .http404
    case .answered(429): .http429
    case .answered(500): .http500
    case .answered(502): .http502
    case .answered(503): .http503
    case .answered(504): .http504
    case .answered, .clientLeft: nil
    case .refused, .brokeOff: .error
    case .connectTimeout, .readTimeout: .timeout
    }
  }
}
