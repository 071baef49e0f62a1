import CPcap
import Glibc
import Synchronization

/// Packets being written to a file while they pass, in any network namespace.
///
/// A thread of its own enters the namespace, so that the rest of the program stays where it is; it
/// opens its sockets there and listens until it is told to stop. Everything that a caller has to
/// know is in the summary, above all how many packets were lost: a capture with losses proves
/// nothing about lost packets.
public final class Capture: Sendable {
  /// What is captured, and how.
  public struct Settings: Sendable {
    /// Which packets; nil for all.
    public var filter: CaptureFilter?
    /// How much of each packet is kept, in bytes.
    public var snapLength = 262_144
    /// How much the kernel may hold for each interface while we are busy, in bytes.
    public var ringBytes = 64 << 20
    /// When a new file begins; nil for one file.
    public var rotation: Rotation?
    /// Who looks at the packets as they come.
    public var witnesses: [TrafficWitness] = []

    /// Makes the settings that suit most: all packets, whole.
    public init() {}
  }

  /// When a new file begins, and how many are kept.
  public struct Rotation: Sendable, Hashable {
    /// The size of a file, in bytes.
    public var bytes: Int?
    /// The time that a file covers.
    public var age: Duration?
    /// How many files are kept; nil for all.
    public var keep: Int?

    /// Makes a rotation.
    public init(bytes: Int? = nil, age: Duration? = nil, keep: Int? = nil) {
      self.bytes = bytes
      self.age = age
      self.keep = keep
    }
  }

  /// What a capture has come to.
  public struct Summary: Sendable, Hashable {
    /// How many packets were written.
    public var captured: Int
    /// How many passed the filter and were lost, because the kernel's ring was full.
    public var dropped: Int
    /// The files that are there, the oldest first.
    public var files: [String]
    /// The interfaces that were listened at.
    public var interfaces: [String]
    /// Why it ended by itself, such as that the interface disappeared; nil when it did not.
    public var ending: String?
  }

  private struct State {
    var summary: Result<Summary, CaptureError>?
  }

  private let state = Mutex(State())
  /// Raised to end the thread.
  private let stopSignal: Int32
  private let thread: pthread_t

  private init(stopSignal: Int32, thread: pthread_t) {
    self.stopSignal = stopSignal
    self.thread = thread
  }

  deinit { close(stopSignal) }

  /// Begins to capture; from the return on, every packet is seen.
  ///
  /// - Parameters:
  ///   - point: the network namespace, and which of its interfaces.
  ///   - path: the file to write; what was in it is lost. Without one only witnesses look.
  /// - Throws: one sentence when the namespace, an interface or the file cannot be had.
  public static func start(
    at point: CapturePoint, to path: String?, settings: Settings = Settings()
  ) throws(CaptureError) -> Capture {
    let stopSignal = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard stopSignal >= 0 else { throw CaptureError(errno, "no thread can be told to end") }
    let job = CaptureJob(
      point: point, path: path, settings: settings,
      stopSignal: stopSignal)
    let thread: pthread_t
    do throws(CaptureError) {
      thread = try job.launch()
    } catch {
      close(stopSignal)
      throw error
    }
    let capture = Capture(stopSignal: stopSignal, thread: thread)
    do throws(CaptureError) {
      try job.waitUntilReady()
    } catch {
      _ = capture.join()
      throw error
    }
    return capture
  }

  /// Whether the capture has ended by itself, so that only its summary is left to be asked for.
  public var isOver: Bool {
    var waiting = pollfd(fd: stopSignal, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, 0) > 0
  }

  /// Ends the capture, writes what is still under way, and says what it has come to.
  ///
  /// - Throws: one sentence when not all could be written.
  public func stop() throws(CaptureError) -> Summary {
    let result = state.withLock { state in
      if let summary = state.summary { return summary }
      eventfd_write(stopSignal, 1)
      let result = join()
      state.summary = result
      return result
    }
    return try result.get()
  }

  private func join() -> Result<Summary, CaptureError> {
    var result: UnsafeMutableRawPointer?
    pthread_join(thread, &result)
    guard let result else { preconditionFailure("the thread hands its job back") }
    return Unmanaged<CaptureJob>.fromOpaque(result).takeRetainedValue().result
  }
}
