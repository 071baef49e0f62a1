import ExperimentModel
import SimulationEngine

/// What HAProxy does about failures, limits and backups.
///
/// Sources: `src/backend.c` (assign_server, assign_server_and_queue, back_handle_st_cer),
/// `src/queue.c` and `src/proxy.c` of HAProxy 2.6.
extension BalancerRules {
  /// Picks among the primary servers; when none of them serves, the first backup that does, or,
  /// where all backups are in use, one of them.
  ///
  /// Nil when the request has to wait for a slot, and the attempt then says for whom.
  func pickAsHAProxy(
    _ picker: inout AnyStrategy, for attempt: inout Attempt, from upstream: borrowing Upstream,
    behindOthers: Bool
  ) -> BackendIndex? {
    attempt.forgetTried()
    attempt.mayWait = true
    attempt.waitsFor = .none
    attempt.usesBackups = upstream.servingPrimaries == 0
    if behindOthers && picker.traits.contains(.neverOvertakes) { return nil }
    let picked =
      attempt.usesBackups && !usesAllBackups
      ? upstream.firstServingBackup : picker.pick(for: &attempt, from: upstream)
    guard let picked else { return nil }
    if upstream.isSaturated(picked) {
      attempt.waitsFor = picked
      return nil
    }
    return picked
  }

  /// Whether a request may wait: some server serves, and the queue that it is bound for has room.
  func mayQueueInHAProxy(_ attempt: Attempt, in upstream: borrowing Upstream) -> Bool {
    if attempt.waitsFor == .none {
      return upstream.serving(backups: upstream.servingPrimaries == 0) > 0
    }
    let peer = upstream[attempt.waitsFor]
    return peer.maxQueue == 0 || peer.queued < peer.maxQueue
  }

  /// Whether a server has a free slot for a request that waits.
  func hasRoomInHAProxy(_ server: BackendIndex, in upstream: borrowing Upstream) -> Bool {
    let peer = upstream[server]
    return peer.maxConnections == 0 || peer.outstanding < upstream.limit(of: server)
  }

  /// Whether a server takes requests that wait for any: it serves, and a backup only when it would
  /// be picked.
  func servesAnyone(_ server: BackendIndex, in upstream: borrowing Upstream) -> Bool {
    let peer = upstream[server]
    if !peer.isServing || !peer.isBackup { return peer.isServing }
    return upstream.servingPrimaries == 0
      && (usesAllBackups || upstream.firstServingBackup == server)
  }

  /// Whether requests that wait for a server that goes down are sent elsewhere: with `option
  /// redispatch` (pendconn_redistribute).
  var redistributes: Bool { redispatch != 0 }

  /// The pause before the same server is tried again; nil when the attempt ends otherwise.
  ///
  /// It is the same server's turn unless `redispatch` says otherwise. After a connection that was
  /// refused a second is waited, or the time that a connection may take where that is less.
  func pauseInPlaceAsHAProxy(
    _ attempt: inout Attempt, at server: BackendIndex, _ result: AttemptResult,
    _ traits: StrategyTraits, in upstream: borrowing Upstream
  ) -> Nanoseconds? {
    guard triesAgain(attempt, result) else { return nil }
    if redispatches(attempt, from: server, traits, in: upstream) { return nil }
    attempt.number += 1
    return pauseBeforeRetry(after: result)
  }

  /// Sends the request elsewhere if it may have another try, and otherwise tells the client.
  ///
  /// One whose connection was refused waits first where there is no other server.
  func concludeAsHAProxy(
    _ attempt: inout Attempt, at server: BackendIndex, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) -> Verdict {
    guard triesAgain(attempt, result) else { return .deliver(haproxyEnding(of: result)) }
    attempt.number += 1
    attempt.avoided = server
    let isAtOnce = upstream.servingPrimaries > 1
    return .tryAgain(after: isAtOnce ? .zero : pauseBeforeRetry(after: result))
  }

  /// Whether a request has another try: one that was not sent, and one that was where `retry-on`
  /// names what became of it, whatever its method.
  private func triesAgain(_ attempt: Attempt, _ result: AttemptResult) -> Bool {
    guard Int(attempt.number) < retries else { return false }
    switch result {
    case .refused, .connectTimeout: return retry.triesUnsent
    case .answered, .brokeOff, .readTimeout, .clientLeft:
      return result.condition.map(retry.on.contains) ?? false
    }
  }

  /// Whether the next try goes to another server: at once where one is as good as another and
  /// there are several, when the server has gone, and on the retries that `option redispatch`
  /// names.
  private func redispatches(
    _ attempt: Attempt, from server: BackendIndex, _ traits: StrategyTraits,
    in upstream: borrowing Upstream
  ) -> Bool {
    if redispatch == 0 { return false }
    if !upstream[server].isUp { return true }
    if traits.contains(.anyBackendWillDo) && upstream.servingPrimaries > 1 { return true }
    let retry = Int(attempt.number) + 1
    let interval = redispatch > 0 ? redispatch : retries + 1 + redispatch
    return interval > 0 && retry % interval == 0
  }

  /// How often a request is tried again: `retries`, 3 unless the file says how many tries.
  private var retries: Int { retry.tries > 0 ? retry.tries - 1 : 3 }

  /// How long HAProxy waits before it tries again: only when a connection was refused.
  private func pauseBeforeRetry(after result: AttemptResult) -> Nanoseconds {
    result == .refused ? min(Nanoseconds(1_000_000_000), connectTimeout) : .zero
  }

  /// What the client is told about an attempt that is not tried again.
  private func haproxyEnding(of result: AttemptResult) -> Ending {
    switch result {
    case .answered(let status): Ending(status: status)
    case .refused, .connectTimeout: .status503
    case .brokeOff: .status502
    case .readTimeout: .status504
    case .clientLeft: .clientTimeout
    }
  }
}
