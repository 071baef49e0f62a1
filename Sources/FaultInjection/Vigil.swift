import FoundationEssentials
import Glibc

/// Time and signals, as whoever waits for the end of a fault needs them.
///
/// It is a seam: a test puts a clock of its own behind it.
public protocol Vigil: Sendable {
  /// The time of the wall clock, which is what people and ledgers mean.
  var now: Date { get }
  /// Seconds of a clock that nobody sets, and that goes on while the machine is suspended.
  var uptimeSeconds: Double { get }
  /// From here on SIGINT, SIGTERM and SIGHUP wait until they are asked for, and end nothing.
  func holdSignals()
  /// Sleeps at most so long; returns the signal that ended the sleep, if one did.
  ///
  /// Without a signal it may return early when the machine was suspended: look at the clock.
  func rest(seconds: Double) -> Int32?
  /// Sleeps so long, whatever signals arrive.
  func pause(seconds: Double)
}

/// The clocks and signals of this process.
///
/// Signals are blocked, not handled: nothing runs at a moment that it did not choose, a call to the
/// engine is never cut short, and a second Ctrl-C cannot break the healing.
public struct SystemVigil: Vigil, Sendable {
  private static let held: [Int32] = [SIGINT, SIGTERM, SIGHUP]

  /// Makes a vigil; signals keep their meaning until they are held.
  public init() {}

  /// The system's real-time clock.
  public var now: Date { Date() }

  /// `CLOCK_BOOTTIME`, which counts from the start of the machine.
  public var uptimeSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Blocks the signals for this thread and for every process that it starts.
  public func holdSignals() {
    var signals = Self.heldSet
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    // A reader that has gone away must not end a process that has something to undo.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Waits for one of the held signals, and takes it away.
  public func rest(seconds: Double) -> Int32? {
    var signals = Self.heldSet
    var time = Self.span(seconds)
    let signal = sigtimedwait(&signals, nil, &time)
    return signal > 0 ? signal : nil
  }

  /// Sleeps through every signal.
  public func pause(seconds: Double) {
    var time = Self.span(seconds)
    var rest = timespec(tv_sec: 0, tv_nsec: 0)
    while nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
  }

  private static var heldSet: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in held { sigaddset(&signals, signal) }
    return signals
  }

  private static func span(_ seconds: Double) -> timespec {
    let nanoseconds = Int(max(0, seconds) * 1e9)
    return timespec(
      tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
  }
}
