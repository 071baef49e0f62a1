import CLinux
import Glibc

/// One packet that the kernel has handed over.
struct QueuedPacket {
  let id: UInt32
  /// The length of the packet from its IP header on.
  let length: Int
  /// Its bytes from its IP header on, as far as they were asked for.
  let bytes: ArraySlice<UInt8>
  /// Where it was met; netfilter's number of the hook.
  let hook: UInt8
}

/// A queue of packets of the kernel, by nfnetlink_queue.
///
/// When its owner dies, the kernel loses the packets that wait and lets later ones pass; when it is
/// full, packets pass unchanged. So a slow or dead owner never takes a network away.
final class PacketQueue {
  /// The number in the rules that lead to it.
  let number: UInt16
  private let socket: NetlinkSocket
  private var buffer = [UInt8](repeating: 0, count: 131_072)
  private var verdicts: [UInt8] = []

  /// The descriptor that becomes readable when a packet is there.
  var descriptor: Int32 { socket.descriptor }

  /// Takes the first free queue of the namespace, beginning with this number.
  init(
    in namespace: NetworkNamespace, near wanted: UInt16, withBytes: Bool
  ) throws(ImpairmentError) {
    (number, socket) = try namespace.inside { () throws(ImpairmentError) in
      do throws(SystemError) {
        let socket = try NetlinkSocket(NETLINK_NETFILTER)
        let number = try Self.bind(socket, near: wanted)
        try Self.configure(socket, number, withBytes: withBytes)
        return (number, socket)
      } catch {
        throw ImpairmentError(error, "taking a queue of packets")
      }
    }
  }

  private static func bind(
    _ socket: NetlinkSocket, near wanted: UInt16
  ) throws(SystemError) -> UInt16 {
    for offset: UInt16 in 0..<64 {
      let number = (wanted &+ offset) % FilterTable.deadEnd
      var message = configuration(of: number)
      message.attribute(
        NFQA_CFG_CMD, bytes: [UInt8(NFQNL_CFG_CMD_BIND.rawValue), 0, 0, 0])
      do throws(SystemError) {
        try socket.transact([message])
        return number
      } catch {
        // Somebody else reads this one.
        guard error.code == EBUSY || error.code == EPERM, geteuid() == 0 else { throw error }
      }
    }
    throw SystemError(code: EBUSY)
  }

  private static func configure(
    _ socket: NetlinkSocket, _ number: UInt16, withBytes: Bool
  ) throws(SystemError) {
    var message = configuration(of: number)
    // One byte brings the length along; all of them are copied only where they are changed.
    let range = withBytes ? UInt32(65_531) : 40
    let mode = UInt8(NFQNL_COPY_PACKET.rawValue)
    message.attribute(
      NFQA_CFG_PARAMS, bytes: withUnsafeBytes(of: range.bigEndian) { Array($0) } + [mode])
    message.attribute(NFQA_CFG_QUEUE_MAXLEN, UInt32(100_000).bigEndian)
    message.attribute(NFQA_CFG_MASK, UInt32(NFQA_CFG_F_FAIL_OPEN).bigEndian)
    message.attribute(NFQA_CFG_FLAGS, UInt32(NFQA_CFG_F_FAIL_OPEN).bigEndian)
    try socket.transact([message])
    var size: Int32 = 64 << 20
    setsockopt(
      socket.descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, socklen_t(MemoryLayout<Int32>.size))
    // A reader that was too slow hears of it by packets that pass, not by an error.
    var on: Int32 = 1
    setsockopt(
      socket.descriptor, 270, NETLINK_NO_ENOBUFS, &on, socklen_t(MemoryLayout<Int32>.size))
    _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
  }

  private static func configuration(of number: UInt16) -> NetlinkMessage {
    NetlinkMessage(
      netfilter: NFNL_SUBSYS_QUEUE, NFQNL_MSG_CONFIG.rawValue, flags: NLM_F_ACK, resource: number)
  }

  // MARK: Packets

  /// Hands over packets that are there, at most so many; returns how many there were.
  func receive(atMost limit: Int, _ take: (QueuedPacket) -> Void) throws(SystemError) -> Int {
    var taken = 0
    while taken < limit {
      let count = recv(socket.descriptor, &buffer, buffer.count, 0)
      if count < 0 {
        switch errno {
        case EINTR, ENOBUFS: continue
        case EAGAIN: return taken
        default: throw SystemError.last
        }
      }
      for message in ReceivedMessages(buffer[..<count]) {
        guard let packet = QueuedPacket(message) else { continue }
        take(packet)
        taken += 1
      }
    }
    return taken
  }

  /// Notes what becomes of a packet; `flush` tells the kernel.
  func decide(_ id: UInt32, passes: Bool, bytes: [UInt8]? = nil) {
    var message = verdict(NFQNL_MSG_VERDICT, id, passes: passes)
    if let bytes { message.attribute(NFQA_PAYLOAD, bytes: bytes) }
    verdicts += message.bytes
  }

  /// Notes that all packets up to this one pass.
  func passAll(upTo id: UInt32) {
    verdicts += verdict(NFQNL_MSG_VERDICT_BATCH, id, passes: true).bytes
  }

  private func verdict(
    _ kind: nfqnl_msg_types, _ id: UInt32, passes: Bool
  ) -> NetlinkMessage {
    var message = NetlinkMessage(
      netfilter: NFNL_SUBSYS_QUEUE, kind.rawValue, flags: 0, resource: number)
    // NF_ACCEPT and NF_DROP of <linux/netfilter.h>.
    let words = [UInt32(passes ? 1 : 0).bigEndian, id.bigEndian]
    message.attribute(NFQA_VERDICT_HDR, bytes: words.withUnsafeBytes { Array($0) })
    return message
  }

  /// Tells the kernel what was noted; returns whether something was.
  func flush() throws(SystemError) {
    guard !verdicts.isEmpty else { return }
    try socket.send(verdicts)
    verdicts.removeAll(keepingCapacity: true)
  }

  /// Whether so much is noted that it should be told.
  var isFull: Bool { verdicts.count > 16_384 }
}

extension QueuedPacket {
  /// Reads what the kernel says of a packet; nil for any other message.
  init?(_ message: ReceivedMessage) {
    let kind = UInt16(NFNL_SUBSYS_QUEUE) << 8 | UInt16(NFQNL_MSG_PACKET.rawValue)
    guard message.type == kind else { return nil }
    var id: UInt32?
    var hook: UInt8 = 0
    var length: UInt32?
    var bytes: ArraySlice<UInt8> = []
    for (kind, value) in message.attributes(after: 4) {
      switch UInt32(kind) {
      case NFQA_PACKET_HDR.rawValue:
        id = UInt32(bigEndian: value.load(UInt32.self))
        hook = value.dropFirst(6).first ?? 0
      case NFQA_CAP_LEN.rawValue: length = UInt32(bigEndian: value.load(UInt32.self))
      case NFQA_PAYLOAD.rawValue: bytes = value
      default: break
      }
    }
    guard let id else { return nil }
    self.init(id: id, length: length.map(Int.init) ?? bytes.count, bytes: bytes, hook: hook)
  }
}
