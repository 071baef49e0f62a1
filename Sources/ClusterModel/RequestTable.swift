import SimulationEngine

/// The requests in flight.
///
/// A row is used again as soon as nothing refers to it, so memory follows the number of requests in
/// flight and not that of all requests.
///
/// Each request is one row: at a million requests in flight a stage that touches four columns would
/// miss the cache four times.
struct RequestTable: ~Copyable {
  private var rows = Column(repeating: Request.unused, count: 64)
  private var firstFree = RequestIndex(0)

  init() { linkFree(from: 0) }

  subscript(index: RequestIndex) -> Request {
    get { rows[index.int] }
    nonmutating _modify { yield &rows[index.int] }
  }

  /// Whether there are so many rows that they do not stay in the cache.
  var areMany: Bool { rows.count >= 8_192 }

  /// Begins to fetch a row that will be needed soon.
  @inline(__always)
  func fetch(_ index: RequestIndex) { rows.fetch(index.int) }

  /// A row for a new request, which one message refers to.
  ///
  /// - Complexity: amortised O(1).
  @inline(__always)
  mutating func open(client: ClientIndex, serial: UInt64, born: Instant) -> RequestIndex {
    if firstFree == .none { grow() }
    let index = firstFree
    firstFree = rows[index.int].next
    rows[index.int] = Request(client: client, serial: serial, born: born)
    return index
  }

  /// Gives a request a new row, and leaves the old one to work that goes on without it: a backend
  /// does not know that nobody waits for its answer any more.
  mutating func detach(_ index: RequestIndex) -> RequestIndex {
    let moved = open(
      client: rows[index.int].client, serial: rows[index.int].serial, born: rows[index.int].born)
    rows[moved.int] = rows[index.int]
    rows[moved.int].references = 1
    rows[index.int].state = []
    return moved
  }

  /// One message less refers to a request; after the last its row is free.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  mutating func release(_ index: RequestIndex) {
    rows[index.int].references -= 1
    guard rows[index.int].references == 0 else { return }
    rows[index.int].next = firstFree
    firstFree = index
  }

  @inline(never)
  private mutating func grow() {
    let old = rows.count
    rows.grow(to: 2 * old, filling: .unused)
    linkFree(from: old)
  }

  private mutating func linkFree(from first: Int) {
    for row in first..<rows.count {
      rows[row].next = row + 1 < rows.count ? RequestIndex(row + 1) : .none
    }
    firstFree = RequestIndex(first)
  }
}

/// A request in flight.
struct Request: BitwiseCopyable {
  /// How many requests were sent before it, by any client: the part of each random stream that
  /// is its own.
  var serial: UInt64
  /// When the client sent it for the first time, and last.
  var born, sent: Instant
  /// When the balancer picked its backend, or let it wait for one.
  var picked: Instant
  /// From the pick to the answer at the balancer.
  var response = Nanoseconds.zero
  var client: ClientIndex
  var backend = BackendIndex.none
  /// The next in the queue of its backend, or in the list of free rows.
  var next = RequestIndex.none
  var balancer = BalancerIndex(0)
  var state: State = [.clientWaits]
  /// How its latest attempt ended at the backend.
  var result = AttemptResult.answered(200)
  /// What the client will be told.
  var ending = Ending.succeeded
  /// How many messages on their way, or queues, refer to it.
  var references: UInt8 = 1
  /// How often its connection to the backend was tried.
  var connects: UInt8 = 0
  /// How many hops it has gone over, for the draws of their latencies.
  var crossings: UInt8 = 0
  /// Which stage of its service at the backend it is in.
  var stage: UInt8 = 0
  /// How often the client has sent it.
  var tries: UInt8 = 1
  /// Its places in the lists of those whose clients, and whose balancer, wait for an answer.
  var links = InlineArray<2, DeadlineList.Links>(repeating: DeadlineList.Links())
  /// What the balancer remembers of its attempts.
  var attempt: Attempt

  /// What is still going on.
  struct State: OptionSet, BitwiseCopyable {
    let rawValue: UInt16
    /// The client waits for an answer.
    static let clientWaits = State(rawValue: 1)
    /// The balancer counts it as outstanding at its backend.
    static let isOutstanding = State(rawValue: 2)
    /// The balancer knows that the client has gone.
    static let hasHungUp = State(rawValue: 4)
    /// It waits in the balancer for a backend that has room.
    static let isQueued = State(rawValue: 8)
    /// It is no client's request but a balancer's check.
    static let isCheck = State(rawValue: 16)
    /// The balancer counts its client's connection, and that to its backend.
    static let holdsConnection = State(rawValue: 32)
    static let holdsBackendConnection = State(rawValue: 64)
    /// It waits until the balancer has a connection for it.
    static let isAtDoor = State(rawValue: 128)
    /// Its connection was opened for it.
    static let hasOpened = State(rawValue: 256)
    /// It is the engine's own, a probe of a container's health: no client's, and not a balancer's.
    static let isProbe = State(rawValue: 512)
    /// A message of it is lost, and nobody will send it again.
    static let isLost = State(rawValue: 4096)
  }

  init(client: ClientIndex, serial: UInt64, born: Instant) {
    self.client = client
    self.serial = serial
    self.born = born
    sent = born
    picked = born
    attempt = Attempt(now: born)
  }

  /// The number of the substream for the latency of its next hop.
  mutating func nextCrossing() -> UInt64 {
    defer { crossings &+= 1 }
    return serial << 8 &+ UInt64(crossings)
  }

  static var unused: Request { Request(client: ClientIndex(0), serial: 0, born: .zero) }
}

/// How a request ended for its client.
enum Ending: UInt8, BitwiseCopyable {
  case succeeded, status502, status503, status504, statusOther, clientTimeout, connection
}
