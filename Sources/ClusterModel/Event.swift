import SimulationEngine

/// What can happen in the simulated cluster, in the order of a request's life.
///
/// It is a plain value of at most 8 bytes, since millions of them pass through the queue.
package enum Event: BitwiseCopyable {
  /// One more client of a closed group begins.
  case joined(ClientIndex)
  /// A client group sends its next request.
  case arrival(ClientIndex)
  /// A request has reached the balancer.
  case reachedBalancer(RequestIndex)
  /// The balancer has read a request, which took time of its CPU.
  case wasRead(RequestIndex)
  /// A request has reached the backend that was picked for it.
  case reachedBackend(RequestIndex)
  /// A backend's CPU has finished a request, spent its quota, or got a new one.
  case cpuDue(BackendIndex)
  /// A request's wait at a backend for something else than the CPU is over.
  case waitOver(BackendIndex)
  /// A backend's answer has reached the balancer.
  case answered(RequestIndex)
  /// An answer, good or bad, has reached the client.
  case reachedClient(RequestIndex)
  /// The oldest waiting request of a group has run out of time.
  case timedOut(ClientIndex)
  /// The balancer learns that the client of a request has gone.
  case hungUp(RequestIndex)
  /// A connection to a backend could not be opened in time.
  case connectTimedOut(RequestIndex)
  /// The balancer learns that the host of a backend is not there.
  case unreachable(RequestIndex)
  /// The request for whose answer a balancer has waited longest has run out of time.
  case readTimedOut(BalancerIndex)
  /// A fault begins or ends: the place of a change in the timeline.
  case effectChanged(EffectIndex)
  /// A container that died starts again by itself.
  case restarted(BackendIndex)
  /// A container that was started again accepts connections.
  case listening(BackendIndex)
  /// A container that was told to stop has had its time.
  case stopped(BackendIndex)
  /// The engine's next probe of a container is due.
  case probeDue(BackendIndex)
  /// The engine's probe of a container may have had its time.
  case probeTimedOut(BackendIndex)
  /// The pause after a failed connection is over.
  case pauseOver(RequestIndex)
  /// A request that waits for a backend that has room may have waited too long.
  case queueTimedOut(RequestIndex)
  /// A backend is to be checked.
  case checkDue(CheckIndex)
  /// A check has reached its backend.
  case checkArrived(RequestIndex)
  /// A check may have waited too long for its answer.
  case checkTimedOut(RequestIndex)
  /// A message of a request is sent over a wire once more, or after its connection was opened.
  case transmitted(RequestIndex, Transmission)
  /// A client sends a request again that has failed.
  case triedAgain(RequestIndex)
  /// The warm-up is over: the measurement begins.
  case warmedUp
}

/// The place of a client group in its pool.
package struct ClientIndex: BitwiseCopyable, Hashable {
  let value: UInt32
  init(_ value: Int) { self.value = UInt32(truncatingIfNeeded: value) }
  var int: Int { Int(value) }
}

/// The place of a backend: that in the file.
public struct BackendIndex: BitwiseCopyable, Sendable, Hashable {
  let value: UInt32
  /// Makes the index of the backend at this place in the file.
  public init(_ value: Int) { self.value = UInt32(truncatingIfNeeded: value) }
  /// The place in the file.
  public var int: Int { Int(value) }
  /// No backend: none has been picked.
  public static var none: BackendIndex { BackendIndex(-1) }
}

/// The place of a balancer, or of one of its workers.
package struct BalancerIndex: BitwiseCopyable, Hashable {
  let value: UInt16
  init(_ value: Int) { self.value = UInt16(truncatingIfNeeded: value) }
  var int: Int { Int(value) }
}

/// The place of a balancer's checks of a backend.
package struct CheckIndex: BitwiseCopyable, Hashable {
  let value: UInt32
  init(_ value: Int) { self.value = UInt32(truncatingIfNeeded: value) }
  var int: Int { Int(value) }
}

/// The place of a change in the timeline of faults.
package struct EffectIndex: BitwiseCopyable, Hashable {
  let value: UInt32
  init(_ value: Int) { self.value = UInt32(truncatingIfNeeded: value) }
  var int: Int { Int(value) }
}

/// The row of a request in flight.
package struct RequestIndex: BitwiseCopyable, Hashable {
  var value: UInt32
  package init(_ value: Int) { self.value = UInt32(truncatingIfNeeded: value) }
  package var int: Int { Int(value) }
  /// No request: the end of a list.
  static var none: RequestIndex { RequestIndex(-1) }
}
