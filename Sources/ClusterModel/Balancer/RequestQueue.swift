import SimulationEngine

/// The requests that wait in a balancer until a backend has room: one line for those that any
/// backend may take, and one for each backend that a request may be bound to.
///
/// Lines are linked through the rows of the requests, so that a request that gives up leaves at
/// once, from wherever it stands.
struct RequestQueue: ~Copyable {
  private var nodes = Column(repeating: Node(), count: 0)
  /// The first and the last of each line; that for any backend comes first.
  private let heads: Column<RequestIndex>
  private let tails: Column<RequestIndex>
  private var tickets: UInt64 = 0
  /// How many requests wait.
  private(set) var count = 0

  private struct Node: BitwiseCopyable {
    var ahead = RequestIndex.none
    var behind = RequestIndex.none
    /// The line that it stands in; -1 when it does not wait.
    var line: Int32 = -1
    var ticket: UInt64 = 0
  }

  /// Makes empty lines for so many backends.
  init(backends: Int) {
    heads = Column(repeating: .none, count: backends + 1)
    tails = Column(repeating: .none, count: backends + 1)
  }

  /// Puts a request at the end of the line for a backend, or, with `none`, for any.
  ///
  /// - Complexity: amortised O(1).
  mutating func append(_ request: RequestIndex, for backend: BackendIndex) {
    if request.int >= nodes.count {
      nodes.grow(to: max(64, 2 * nodes.count, request.int + 1), filling: Node())
    }
    let line = RequestQueue.line(backend)
    tickets += 1
    let last = tails[line]
    nodes[request.int] = Node(ahead: last, line: Int32(line), ticket: tickets)
    if last == .none { heads[line] = request } else { nodes[last.int].behind = request }
    tails[line] = request
    count += 1
  }

  /// The request that has waited longest for a backend, or, with `none`, for any; nil when none
  /// does.
  ///
  /// - Complexity: O(1).
  func first(for backend: BackendIndex) -> RequestIndex? {
    let first = heads[RequestQueue.line(backend)]
    return first == .none ? nil : first
  }

  /// The one of two requests that has waited longer; nil when there is neither.
  func longerWaiting(_ one: RequestIndex?, _ other: RequestIndex?) -> RequestIndex? {
    guard let one, let other else { return one ?? other }
    return nodes[one.int].ticket < nodes[other.int].ticket ? one : other
  }

  /// Takes a request out; the backend whose line it stood in, `none` for any, or nil when it does
  /// not wait.
  ///
  /// - Complexity: O(1).
  mutating func remove(_ request: RequestIndex) -> BackendIndex? {
    guard request.int < nodes.count, nodes[request.int].line >= 0 else { return nil }
    let node = nodes[request.int]
    let line = Int(node.line)
    if node.ahead == .none {
      heads[line] = node.behind
    } else {
      nodes[node.ahead.int].behind = node.behind
    }
    if node.behind == .none {
      tails[line] = node.ahead
    } else {
      nodes[node.behind.int].ahead = node.ahead
    }
    nodes[request.int].line = -1
    count -= 1
    return line == 0 ? BackendIndex.none : BackendIndex(line - 1)
  }

  private static func line(_ backend: BackendIndex) -> Int {
    backend == .none ? 0 : backend.int + 1
  }
}
