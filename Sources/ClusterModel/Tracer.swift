import SimulationEngine

/// The memory of what happens to requests in flight, of which the slowest are kept.
///
/// It follows every request, since nobody knows beforehand which will be slow; what it holds grows
/// with the requests in flight and with those to keep, not with those that have ended.
struct Tracer: ~Copyable {
  /// What is known of one request.
  struct Record {
    var serial: UInt64
    var client: ClientIndex
    var sent: Instant
    var ended = Instant.never
    var ending = Ending.succeeded
    var hops: [Hop] = []
    var latency: Nanoseconds { ended - sent }
  }

  /// One thing that happened to a request.
  struct Hop: BitwiseCopyable {
    let time: Instant
    let stage: RequestTrace.Stage
    let backend: BackendIndex
    /// The stage of its service that it is in.
    let part: UInt8
  }

  /// How many requests are to be kept.
  private let wanted: Int
  /// The requests in flight, each at the place of its row; without hops where none is traced.
  private var open: [Record] = []
  /// Those to keep, the slowest first.
  private(set) var slowest: [Record] = []

  init(keeping wanted: Int) { self.wanted = wanted }

  /// Whether anything is to be traced.
  @inline(__always)
  var isOn: Bool { wanted > 0 }

  /// A client sends a request.
  mutating func begin(_ request: RequestIndex, _ row: Request) {
    let record = Record(serial: row.serial, client: row.client, sent: row.born)
    while open.count <= request.int { open.append(record) }
    open[request.int] = record
    open[request.int].hops.append(
      Hop(time: row.born, stage: .sent, backend: .none, part: 0))
  }

  /// Something happens to a request; nothing is noted of one that has ended for its client.
  mutating func note(
    _ stage: RequestTrace.Stage, _ request: RequestIndex, _ row: Request, at time: Instant
  ) {
    guard request.int < open.count, let last = open[request.int].hops.last else { return }
    // A worker begins once with each part of a service, however often that is looked at.
    if stage == .began && last.stage == .began && last.part == row.stage { return }
    open[request.int].hops.append(
      Hop(time: time, stage: stage, backend: row.backend, part: row.stage))
  }

  /// A request goes on in another row.
  mutating func move(_ request: RequestIndex, to moved: RequestIndex) {
    guard request.int < open.count else { return }
    let record = open[request.int]
    while open.count <= moved.int { open.append(record) }
    open[moved.int] = record
    open[request.int].hops = []
  }

  /// A request has ended for its client; it is kept if it is one of the slowest.
  mutating func end(
    _ request: RequestIndex, _ row: Request, as ending: Ending, at time: Instant, counts: Bool
  ) {
    guard request.int < open.count, !open[request.int].hops.isEmpty else { return }
    note(ending == .clientTimeout ? .gaveUp : .received, request, row, at: time)
    var record = open[request.int]
    open[request.int].hops = []
    guard counts else { return }
    record.ended = time
    record.ending = ending
    if slowest.count == wanted {
      guard let last = slowest.last, record.latency > last.latency else { return }
      slowest.removeLast()
    }
    let place = slowest.firstIndex { $0.latency < record.latency } ?? slowest.count
    slowest.insert(record, at: place)
  }
}
