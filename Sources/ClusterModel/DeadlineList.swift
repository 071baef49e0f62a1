import SimulationEngine

/// Requests that wait for something until a deadline, all for the same time, oldest first.
///
/// Nearly all of them leave before their time is up. A doubly linked list lets each leave at once,
/// so only the oldest needs a timer, and that one is set again when it fires: time-outs that never
/// fire cost no event.
struct DeadlineList: BitwiseCopyable {
  private let kind: Int
  /// The request that has waited longest; `none` when none waits.
  private(set) var oldest = RequestIndex.none
  private var youngest = RequestIndex.none

  /// An empty list of requests whose clients wait.
  static var ofClients: DeadlineList { DeadlineList(kind: 0) }
  /// An empty list of requests for whose answer the balancer waits.
  static var ofBalancer: DeadlineList { DeadlineList(kind: 1) }

  private init(kind: Int) { self.kind = kind }

  /// The neighbours of a request in a list.
  struct Links: BitwiseCopyable {
    var older = RequestIndex.none
    var younger = RequestIndex.none
  }

  /// Adds a request, which waits from now on; true when it is the only one.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  mutating func append(_ request: RequestIndex, in requests: borrowing RequestTable) -> Bool {
    requests[request].links[kind] = Links(older: youngest)
    let isOnly = youngest == .none
    if isOnly { oldest = request } else { requests[youngest].links[kind].younger = request }
    youngest = request
    return isOnly
  }

  /// Removes a request; true when none is left.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  mutating func remove(_ request: RequestIndex, in requests: borrowing RequestTable) -> Bool {
    let own = requests[request].links[kind]
    if own.older == .none {
      oldest = own.younger
    } else {
      requests[own.older].links[kind].younger = own.younger
    }
    if own.younger == .none {
      youngest = own.older
    } else {
      requests[own.younger].links[kind].older = own.older
    }
    return oldest == .none
  }

  /// Puts another request into the place of one.
  ///
  /// - Complexity: O(1).
  mutating func replace(
    _ request: RequestIndex, by other: RequestIndex, in requests: borrowing RequestTable
  ) {
    let own = requests[request].links[kind]
    requests[other].links[kind] = own
    if own.older == .none {
      oldest = other
    } else {
      requests[own.older].links[kind].younger = other
    }
    if own.younger == .none {
      youngest = other
    } else {
      requests[own.younger].links[kind].older = other
    }
  }
}
