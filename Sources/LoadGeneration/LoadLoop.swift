import CCurl
import ExperimentModel
import SimulationEngine

/// The thread of a live run: a heap of what is to be sent, and libcurl with epoll under it.
///
/// `LoadLoop+RequestPath.swift` is the page to read first.
final class LoadLoop {
  let endpoint: LiveEndpoint
  let clients: [LiveClients]
  /// The beginning of the run on the monotonic clock.
  let start: Int64
  /// When the run ends whatever is in flight.
  let runEnds: Instant
  /// How many requests may be in flight.
  let connections: Int

  var due = Heap<DueSend>()
  var tickets: UInt64 = 0
  var result: LoadResult
  var inFlight = 0
  var transfers: [Transfer] = []
  /// The current time, counted from the start of the run.
  private(set) var now = Instant.zero

  let multi: UnsafeMutableRawPointer
  private let sockets: ReadinessQueue
  /// When libcurl wants to be called although no socket is ready.
  private var curlDue = Int64.max

  init(
    _ topology: Topology, at endpoint: LiveEndpoint, start: Int64, connections: Int
  ) throws(LoadError) {
    self.endpoint = endpoint
    self.start = start
    self.connections = connections
    clients = topology.clients.map { LiveClients($0, seed: topology.run.seed) }
    runEnds = topology.run.duration.map { Instant(nanoseconds: $0.nanoseconds) } ?? .never
    result = LoadResult(warmup: topology.run.warmup.nanoseconds)
    sockets = try ReadinessQueue()
    guard let multi = curl_multi_init() else { preconditionFailure("out of memory") }
    self.multi = multi
    connect()
  }

  deinit {
    for transfer in transfers where transfer.request != nil {
      curl_multi_remove_handle(multi, transfer.handle)
    }
    transfers.removeAll()
    for group in clients { group.idle.removeAll() }
    curl_multi_cleanup(multi)
  }

  /// Whether libcurl's global state is set up, which happens once in a process and takes a while.
  static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Tells libcurl whom to ask for sockets and time.
  private func connect() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = lab_curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
    _ = lab_curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
    _ = lab_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
    _ = lab_curl_multi_set_long(multi, CURLMOPT_PIPELINING, 0)
    _ = lab_curl_multi_set_socket(multi) { _, socket, what, context, _ in
      LoadLoop.at(context)?.watch(socket, what)
      return 0
    }
    _ = lab_curl_multi_set_timer(multi) { _, milliseconds, context in
      LoadLoop.at(context)?.wake(afterMilliseconds: milliseconds)
      return 0
    }
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> LoadLoop? {
    context.map { Unmanaged<LoadLoop>.fromOpaque($0).takeUnretainedValue() }
  }

  private func watch(_ socket: Int32, _ what: Int32) {
    switch what {
    case CURL_POLL_IN: sockets.watch(socket, for: .reading)
    case CURL_POLL_OUT: sockets.watch(socket, for: .writing)
    case CURL_POLL_INOUT: sockets.watch(socket, for: [.reading, .writing])
    case CURL_POLL_REMOVE: sockets.forget(socket)
    default: break
    }
  }

  private func wake(afterMilliseconds milliseconds: Int) {
    curlDue =
      milliseconds < 0
      ? .max : MonotonicClock.nanoseconds + Int64(milliseconds) * 1_000_000
  }

  /// Runs to the end, until it is stopped, or until the time of the run is over.
  func run(
    isStopped: () -> Bool, watch: (borrowing LoadResult, Int64) -> Void
  ) -> LoadResult {
    begin()
    let glance = LoadGenerator.glance.nanoseconds
    var nextGlance = start + glance
    while true {
      readClock()
      if now >= runEnds || isStopped() { break }
      sendWhatIsDue()
      perform()
      if inFlight == 0 && due.count == 0 { break }
      if start + now.nanoseconds >= nextGlance {
        nextGlance = start + now.nanoseconds + glance
        watch(result, now.nanoseconds)
      }
      wait(until: nextGlance)
    }
    if inFlight > 0 || due.count > 0 { result.length = min(now, runEnds).nanoseconds }
    watch(result, result.length)
    return result
  }

  private func readClock() {
    now = max(now, Instant(nanoseconds: MonotonicClock.nanoseconds - start))
  }

  /// Lets libcurl do what its own timer asks for.
  private func perform() {
    guard curlDue <= MonotonicClock.nanoseconds else { return }
    curlDue = .max
    act(on: -1, 0)
  }

  private func wait(until nextGlance: Int64) {
    var time = min(nextGlance, curlDue)
    if due.count > 0, inFlight < connections {
      time = min(time, start &+ due.first.time.nanoseconds)
    }
    if runEnds < .never { time = min(time, start + runEnds.nanoseconds) }
    sockets.wait(until: time, now: MonotonicClock.nanoseconds) { socket, readiness in
      var mask: Int32 = 0
      if readiness.contains(.reading) { mask |= CURL_CSELECT_IN }
      if readiness.contains(.writing) { mask |= CURL_CSELECT_OUT }
      if readiness.contains(.broken) { mask |= CURL_CSELECT_ERR }
      act(on: socket, mask)
    }
  }

  /// Lets libcurl go on with a socket, and takes in the answers that are complete then.
  private func act(on socket: Int32, _ mask: Int32) {
    var running: Int32 = 0
    curl_multi_socket_action(multi, socket, mask, &running)
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE,
        let transfer = Transfer.of(message.pointee.easy_handle)
      else { continue }
      let code = lab_curl_result(message)
      curl_multi_remove_handle(multi, transfer.handle)
      readClock()
      answered(transfer, code)
    }
  }
}
