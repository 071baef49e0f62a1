import SimulationEngine

/// Requests that wait for something until a deadline, all for the same time, oldest first.
///
/// Nearly all of them leave before their time is up. A doubly linked list lets each leave at once,
/// so only the oldest needs a timer, and that one is set again when it fires: time-outs that never
/// fire cost no event.
struct DeadlineList: BitwiseCopyable {
  /// The request that has waited longest; `none` when none waits.
  private(set) var oldest = RequestIndex.none
  private var youngest = RequestIndex.none

  /// The neighbours of a request in a list.
  struct Links: BitwiseCopyable {
    var older = RequestIndex.none
    var younger = RequestIndex.none
  }

  /// Adds a request, which waits from now on; true when it is the only one.
  ///
  /// - Complexity: O(1).
  mutating func append(_ request: RequestIndex, _ links: borrowing Column<Links>) -> Bool {
    links[request.int] = Links(older: youngest)
    let isOnly = youngest == .none
    if isOnly { oldest = request } else { links[youngest.int].younger = request }
    youngest = request
    return isOnly
  }

  /// Removes a request; true when none is left.
  ///
  /// - Complexity: O(1).
  mutating func remove(_ request: RequestIndex, _ links: borrowing Column<Links>) -> Bool {
    let own = links[request.int]
    if own.older == .none {
      oldest = own.younger
    } else {
      links[own.older.int].younger = own.younger
    }
    if own.younger == .none {
      youngest = own.older
    } else {
      links[own.younger.int].older = own.older
    }
    return oldest == .none
  }

  /// Puts another request into the place of one.
  ///
  /// - Complexity: O(1).
  mutating func replace(
    _ request: RequestIndex, by other: RequestIndex, _ links: borrowing Column<Links>
  ) {
    let own = links[request.int]
    links[other.int] = own
    if own.older == .none { oldest = other } else { links[own.older.int].younger = other }
    if own.younger == .none { youngest = other } else { links[own.younger.int].older = other }
  }
}
