import CPcap
import Glibc

/// What the thread of a capture does from its beginning to its end.
///
/// It belongs to that thread while it runs; the caller gets it back when the thread has ended, and
/// until then only waits for word that it is ready.
final class CaptureJob: @unchecked Sendable {
  private let point: CapturePoint
  private let path: String?
  private let settings: Capture.Settings
  private let stopSignal: Int32
  /// Posted once, when all interfaces are open or cannot be.
  private let ready: UnsafeMutablePointer<sem_t>
  private var refusal: CaptureError?
  /// Where the packets go, once all interfaces are open.
  private var receiver: PacketReceiver?
  private var handles: [CaptureHandle] = []
  private var ending: String?

  init(
    point: CapturePoint, path: String?, settings: Capture.Settings, stopSignal: Int32
  ) {
    self.point = point
    self.path = path
    self.settings = settings
    self.stopSignal = stopSignal
    ready = .allocate(capacity: 1)
    sem_init(ready, 0, 0)
  }

  deinit {
    sem_destroy(ready)
    ready.deallocate()
  }

  /// Starts the thread.
  func launch() throws(CaptureError) -> pthread_t {
    var thread = pthread_t()
    let job = Unmanaged.passRetained(self)
    // Signals are for the thread of the command, which decides what becomes of them.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let status = pthread_create(
      &thread, nil,
      { job in
        guard let job else { return nil }
        Unmanaged<CaptureJob>.fromOpaque(job).takeUnretainedValue().run()
        return job
      }, job.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard status == 0 else {
      job.release()
      throw CaptureError(status, "no thread can be started")
    }
    return thread
  }

  /// Waits until the capture has begun.
  func waitUntilReady() throws(CaptureError) {
    while sem_wait(ready) != 0, errno == EINTR {}
    if let refusal { throw refusal }
  }

  /// What it has come to; to be asked when the thread has ended.
  var result: Result<Capture.Summary, CaptureError> {
    if let failure = receiver?.failure ?? refusal { return .failure(failure) }
    let dropped = handles.reduce(0 as UInt64) { $0 + $1.statistics.dropped }
    return .success(
      Capture.Summary(
        captured: receiver?.packets ?? 0, dropped: Int(dropped), files: receiver?.files ?? [],
        interfaces: handles.map(\.name), ending: ending))
  }

  // MARK: On the thread

  private func run() {
    let receiver: PacketReceiver
    do throws(CaptureError) {
      receiver = try begin()
    } catch {
      refusal = error
      sem_post(ready)
      return
    }
    self.receiver = receiver
    sem_post(ready)
    listen(receiver)
    drainTheRest(into: receiver)
    let figures = handles.map(\.statistics)
    receiver.finish(dropped: figures.map(\.dropped), received: figures.map(\.received))
  }

  /// Opens the interfaces, and then the file, so that a refusal leaves the file as it was.
  private func begin() throws(CaptureError) -> PacketReceiver {
    try enterNamespace()
    for name in try interfaces() { handles.append(try CaptureHandle(name, settings)) }
    let receiver = PacketReceiver(
      try path.map { path throws(CaptureError) in
        try PacketSink(path: path, rotation: settings.rotation)
      }, settings.witnesses)
    try receiver.begin(
      handles.map {
        PacketSink.Interface(name: $0.name, linkType: $0.linkType, snapLength: $0.snapLength)
      })
    return receiver
  }

  private func enterNamespace() throws(CaptureError) {
    guard let namespace = point.namespace else { return }
    let descriptor = open(namespace, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CaptureError(errno, "the network namespace \(namespace) cannot be opened")
    }
    defer { close(descriptor) }
    guard lab_pcap_enter_network_namespace(descriptor) == 0 else {
      throw CaptureError(errno, "the network namespace \(namespace) cannot be entered")
    }
  }

  /// The names to listen at: those asked for, or all that are up but the loopback, if any is.
  private func interfaces() throws(CaptureError) -> [String] {
    guard point.interfaces.isEmpty else { return point.interfaces }
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else {
      throw CaptureError(errno, "the interfaces cannot be listed")
    }
    defer { freeifaddrs(list) }
    var names: [String] = []
    var loopbacks: [String] = []
    var next = list
    while let entry = next {
      next = entry.pointee.ifa_next
      let flags = Int32(bitPattern: entry.pointee.ifa_flags)
      guard flags & Int32(IFF_UP) != 0 else { continue }
      let name = String(cString: entry.pointee.ifa_name)
      if flags & Int32(IFF_LOOPBACK) != 0 {
        loopbacks.append(name)
      } else if !names.contains(name) {
        names.append(name)
      }
    }
    let found = names.isEmpty ? Array(loopbacks.prefix(1)) : names
    guard !found.isEmpty else {
      throw CaptureError(.notUsable, "no interface is up there; start what uses it first")
    }
    return found
  }

  private func listen(_ receiver: PacketReceiver) {
    var waiting = handles.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    waiting.append(pollfd(fd: stopSignal, events: Int16(POLLIN), revents: 0))
    while receiver.failure == nil {
      let count = poll(&waiting, nfds_t(waiting.count), 200)
      if count < 0, errno != EINTR { break }
      if waiting[handles.count].revents != 0 { return }
      var packets = 0
      // An interface that goes down says so once, and that it is gone only when asked again.
      for index in handles.indices where waiting[index].revents != 0 || count == 0 {
        receiver.interface = index
        packets += handles[index].drain(into: receiver)
        // A handle that has ended is not waited for.
        if handles[index].ending != nil { waiting[index].fd = -1 }
      }
      // In a lull there is time to write, so that a reader of the file sees what has come.
      if packets == 0 { receiver.tidy() }
      guard handles.contains(where: { $0.ending == nil }) else {
        ending = handles.compactMap(\.ending).first
        break
      }
    }
    // Whoever looks sees by the same signal that it is over.
    eventfd_write(stopSignal, 1)
  }

  /// Waits until the kernel has handed over what it had collected, and writes that.
  private func drainTheRest(into receiver: PacketReceiver) {
    usleep(UInt32(CaptureHandle.handOverMilliseconds) * 2000)
    for index in handles.indices {
      receiver.interface = index
      while handles[index].drain(into: receiver) > 0 {}
    }
  }
}
