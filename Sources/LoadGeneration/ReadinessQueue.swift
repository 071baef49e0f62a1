import CEpoll
import Glibc

/// The sockets that a thread waits for, and the time at which it stops waiting: epoll, with a timer
/// whose resolution is that of the clock and not a millisecond.
struct ReadinessQueue: ~Copyable {
  /// What may be done with a socket.
  struct Readiness: OptionSet {
    let rawValue: Int32
    static let reading = Readiness(rawValue: 1)
    static let writing = Readiness(rawValue: 2)
    static let broken = Readiness(rawValue: 4)
  }

  /// How many sockets one wait tells about.
  private static let batch = 256

  private let queue: Int32
  private let timer: Int32
  private let events: UnsafeMutablePointer<epoll_event>

  /// Makes a queue that waits for nothing yet.
  ///
  /// - Throws: a sentence when the system has no file left for it.
  init() throws(LoadError) {
    queue = epoll_create1(Int32(EPOLL_CLOEXEC))
    timer = timerfd_create(
      CLOCK_MONOTONIC, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK))
    events = .allocate(capacity: Self.batch)
    guard queue >= 0, timer >= 0 else {
      throw LoadError(.failed, "no load was sent: epoll: \(String(cString: strerror(errno)))")
    }
    watch(timer, for: .reading)
  }

  deinit {
    close(queue)
    close(timer)
    events.deallocate()
  }

  /// Waits for these things at a socket, whatever it waited for before.
  borrowing func watch(_ socket: Int32, for readiness: Readiness) {
    var event = epoll_event()
    if readiness.contains(.reading) { event.events |= EPOLLIN.rawValue }
    if readiness.contains(.writing) { event.events |= EPOLLOUT.rawValue }
    event.data.fd = socket
    if epoll_ctl(queue, EPOLL_CTL_ADD, socket, &event) != 0, errno == EEXIST {
      _ = epoll_ctl(queue, EPOLL_CTL_MOD, socket, &event)
    }
  }

  /// Waits for nothing at a socket any more.
  borrowing func forget(_ socket: Int32) {
    var event = epoll_event()
    _ = epoll_ctl(queue, EPOLL_CTL_DEL, socket, &event)
  }

  /// Waits until something is ready, or until a time of the monotonic clock; not at all when that
  /// is past.
  borrowing func wait(
    until time: Int64, now: Int64, _ handle: (_ socket: Int32, Readiness) -> Void
  ) {
    if time > now { setTimer(to: time) }
    let count = epoll_wait(queue, events, Int32(Self.batch), time > now ? -1 : 0)
    guard count > 0 else { return }
    for place in 0..<Int(count) {
      let event = events[place]
      guard event.data.fd != timer else {
        var expirations: UInt64 = 0
        _ = read(timer, &expirations, 8)
        continue
      }
      var readiness: Readiness = []
      if event.events & EPOLLIN.rawValue != 0 { readiness.insert(.reading) }
      if event.events & EPOLLOUT.rawValue != 0 { readiness.insert(.writing) }
      if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { readiness.insert(.broken) }
      handle(event.data.fd, readiness)
    }
  }

  private borrowing func setTimer(to time: Int64) {
    var setting = itimerspec()
    setting.it_value = timespec(
      tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
    _ = timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &setting, nil)
  }
}
