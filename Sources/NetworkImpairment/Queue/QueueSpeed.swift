import CLinux
import ExperimentModel
import Glibc

/// How many packets a queue holds on this machine as it is busy now, measured in a namespace that
/// nobody else uses.
public struct QueueSpeed: Sendable, Hashable {
  /// The most small packets in a second that were all held for as long as asked.
  public let packetsPerSecond: Int
  /// How much later than asked 99 % of them went on at most, in milliseconds.
  public let lateness: Double

  /// The rates that are tried, one after the other until one is too much.
  static let rates = [5_000, 10_000, 25_000, 50_000, 100_000, 200_000]
  /// How long each rate is tried, in seconds.
  static let span = 0.15
  /// How long packets are held.
  static let delay = Duration.milliseconds(5)
  /// The lateness beyond which a queue does not hold what it is given, in milliseconds.
  static let tolerance = 1.0

  /// Tries one rate after the other for about a second in all; nothing of it is left.
  ///
  /// - Returns: nil when even the lowest rate is too much.
  public static func measure() throws(ImpairmentError) -> QueueSpeed? {
    let track = try Track()
    var best: QueueSpeed?
    for rate in rates {
      guard let lateness = track.lateness(at: rate), lateness < tolerance else { break }
      best = QueueSpeed(packetsPerSecond: rate, lateness: lateness)
    }
    try track.leave()
    return best
  }
}

/// A namespace whose only device is its own loopback under another name, since what a process sends
/// over `lo` is never held.
private struct Track {
  private static let device = "lab0"

  private let namespace: NetworkNamespace
  private let fault: PacketFault
  private let thread: HoldingThread
  private let sender: Int32
  private let receiver: Int32

  init() throws(ImpairmentError) {
    namespace = try NetworkNamespace.fresh()
    fault = PacketFault(
      id: "speed", deed: .impair(.delay(PacketDelay(by: QueueSpeed.delay))),
      selector: PacketSelector(transport: .udp), seed: 1)
    (sender, receiver) = try namespace.inside { () throws(ImpairmentError) in
      guard lab_rename_loopback(Self.device) == 0 else {
        throw ImpairmentError(SystemError.last, "making a device to measure with")
      }
      return try Self.sockets()
    }
    try PacketRules(fault, way: .queue).make(in: namespace)
    let holder = try PacketHolder(fault, in: namespace)
    try holder.connect()
    thread = try HoldingThread(holder)
    try PacketRules.renew(fault.id, for: .seconds(30), in: namespace)
  }

  func leave() throws(ImpairmentError) {
    close(sender)
    close(receiver)
    try PacketRules.remove(fault.id, in: namespace)
    try thread.join()
  }

  /// Two sockets of UDP of which the first one sends to the second.
  private static func sockets() throws(ImpairmentError) -> (sender: Int32, receiver: Int32) {
    let pair = (0..<2).map { _ in socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(7000).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isConnected = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(pair[1], $0, length) == 0 && connect(pair[0], $0, length) == 0
      }
    }
    guard isConnected else {
      throw ImpairmentError(SystemError.last, "making sockets to measure with")
    }
    // Room for all packets of a trial, in what is sent and what has arrived.
    var size: Int32 = 256 << 20
    var on: Int32 = 1
    let numberSize = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(pair[0], SOL_SOCKET, SO_SNDBUFFORCE, &size, numberSize)
    setsockopt(pair[1], SOL_SOCKET, SO_RCVBUFFORCE, &size, numberSize)
    setsockopt(pair[1], SOL_SOCKET, SO_TIMESTAMPNS, &on, numberSize)
    // The kernel begins a moment later to note when packets arrive.
    usleep(10_000)
    return (pair[0], pair[1])
  }

  /// How late 99 % of the packets of a trial went on, in milliseconds; nil when some were lost or
  /// not held, or when so many cannot even be sent.
  func lateness(at rate: Int) -> Double? {
    let count = Int(Double(rate) * QueueSpeed.span)
    let gap = 1_000_000_000 / Int64(rate)
    let start = Self.wallClock
    var sent: Int64 = 0
    while sent < count {
      var now = Self.wallClock
      guard now >= start + sent * gap else { continue }
      send(sender, &now, MemoryLayout<Int64>.size, 0)
      sent += 1
    }
    let elapsed = Self.wallClock - start
    usleep(100_000)
    var late: [Int64] = []
    var (left, arrived): (Int64, Int64) = (0, 0)
    while lab_receive_stamped(receiver, &left, &arrived) == 1 {
      late.append(arrived - left - QueueSpeed.delay.nanoseconds)
    }
    late.sort()
    guard late.count == count, elapsed < Int64(count) * gap * 11 / 10,
      // A packet that was not held at all is a whole delay too early.
      let first = late.first, first > -QueueSpeed.delay.nanoseconds / 2
    else { return nil }
    return Double(max(0, late[count * 99 / 100])) / 1e6
  }

  private static var wallClock: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
