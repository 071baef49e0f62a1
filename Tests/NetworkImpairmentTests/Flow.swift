import Glibc
import NetworkImpairment

/// A flow of UDP packets from one namespace to another, and what arrived of it.
struct Flow {
  /// What arrived: which packet, and how long it was on its way, in milliseconds.
  private(set) var arrivals: [(number: Int, milliseconds: Double)] = []
  /// How many were sent.
  let sent: Int
  /// How many the system would not send.
  private(set) var refused = 0
  /// How long it took from the first to the last arrival, in seconds.
  private(set) var seconds = 0.0

  /// How many never arrived.
  var lost: Int { sent - Set(arrivals.map(\.number)).count }
  /// How many arrived more than once.
  var duplicates: Int { arrivals.count - Set(arrivals.map(\.number)).count }
  /// How many arrived behind one that was sent later.
  var overtaken: Int {
    var latest = -1
    return arrivals.count { arrival in
      defer { latest = max(latest, arrival.number) }
      return arrival.number < latest
    }
  }

  /// The delay below which this share of packets lies, in milliseconds.
  func delay(_ share: Double) -> Double {
    let sorted = arrivals.map(\.milliseconds).sorted()
    guard !sorted.isEmpty else { return .infinity }
    return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  /// How much came in a second, from the first arrival to the last, in bits.
  func bitsPerSecond(ofPackets bytes: Int) -> Double {
    Double((arrivals.count - 1) * bytes * 8) / seconds
  }

  /// Sends packets, one every so many microseconds, and waits for all that may still come.
  ///
  /// - Parameters:
  ///   - patience: how long to wait after the last thing that happened, in seconds, while packets
  ///     are missing or have come twice.
  ///   - isStamped: whether a packet has arrived when the kernel says so, and not when it is read:
  ///     a test that is late itself then does not take packets for late. What holds packets that
  ///     have arrived already comes after that stamp.
  init(
    from source: NetworkNamespace, to destination: NetworkNamespace, address: String, port: UInt16,
    packets: Int, gapMicroseconds: Int, bytes: Int = 64, patience: Double = 1,
    isStamped: Bool = true
  ) throws {
    sent = packets
    let isV6 = address.contains(":")
    let receiving = try Self.socket(in: destination, isV6: isV6)
    let sending = try Self.socket(in: source, isV6: isV6)
    defer { for descriptor in [receiving, sending] { close(descriptor) } }
    Self.withAddress(address, port) { bind(receiving, $0, $1) }
    Self.withAddress(address, port) { connect(sending, $0, $1) }
    let start = Self.now
    var next = 0
    var buffer = [UInt8](repeating: 0, count: max(64, bytes))
    var end = UInt64.max
    while Self.now < end, arrivals.count != packets || lost > 0 {
      let now = Self.now
      if next < packets, now >= start + UInt64(next * gapMicroseconds) * 1000 {
        withUnsafeMutableBytes(of: &next) { buffer.replaceSubrange(0..<8, with: $0) }
        withUnsafeBytes(of: Self.now) { buffer.replaceSubrange(8..<16, with: $0) }
        if send(sending, buffer, bytes, 0) < 0 { refused += 1 }
        next += 1
      }
      let hasArrived = receive(receiving, isStamped)
      guard next == packets else { continue }
      if hasArrived || end == .max { end = Self.now + UInt64(patience * 1e9) }
    }
    // What came while this thread had to wait for others has come in time.
    receive(receiving, isStamped)
    seconds = Double(lastArrival - firstArrival) / 1e9
  }

  private var firstArrival: UInt64 = 0
  private var lastArrival: UInt64 = 0

  /// Takes all packets that are there; returns whether there were any.
  @discardableResult
  private mutating func receive(_ descriptor: Int32, _ isStamped: Bool) -> Bool {
    let before = arrivals.count
    var buffer = [UInt8](repeating: 0, count: 2048)
    while let stamp = Self.take(&buffer, from: descriptor) {
      let now = isStamped ? stamp : Self.now
      let number = buffer.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
      let left = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self) }
      if arrivals.isEmpty { firstArrival = now }
      lastArrival = now
      arrivals.append((number, Double(now - left) / 1e6))
    }
    return arrivals.count > before
  }

  /// Takes a packet that is there; returns when it arrived, by the kernel's own stamp.
  private static func take(_ buffer: inout [UInt8], from descriptor: Int32) -> UInt64? {
    var control = [UInt8](repeating: 0, count: 64)
    return buffer.withUnsafeMutableBytes { bytes in
      control.withUnsafeMutableBytes { control in
        var place = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &place) { place in
          var message = msghdr()
          message.msg_iov = place
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = control.count
          let count = recvmsg(descriptor, &message, Int32(MSG_DONTWAIT))
          guard count >= 16, message.msg_controllen >= 32 else { return nil }
          // struct cmsghdr has 16 bytes; struct timespec follows.
          let seconds = control.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
          return seconds * 1_000_000_000
            + control.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        }
      }
    }
  }

  private static func socket(in namespace: NetworkNamespace, isV6: Bool) throws -> Int32 {
    try namespace.inside { () throws(ImpairmentError) in
      let descriptor = Glibc.socket(isV6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
      var size: Int32 = 8 << 20
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, 4)
      var on: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, 4)
      return descriptor
    }
  }

  private static func withAddress(
    _ text: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) {
    if text.contains(":") {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      inet_pton(AF_INET6, text, &address.sin6_addr)
      withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      inet_pton(AF_INET, text, &address.sin_addr)
      withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
