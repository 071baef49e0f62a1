import CLinux
import Glibc

/// A queue of packets of the kernel, by nfnetlink_queue.
///
/// When its owner dies, the kernel loses the packets that wait and lets later ones pass; when it is
/// full, packets pass unchanged. So a slow or dead owner never takes a network away.
final class PacketQueue {
  /// The number in the rules that lead to it.
  let number: UInt16
  private let socket: NetlinkSocket
  private let slots: DatagramSlots
  private var verdicts: [UInt8] = []

  /// Takes the first free queue of the namespace from this number on, for what a model needs.
  init(
    in namespace: NetworkNamespace, near wanted: UInt16, model: ImpairmentChain
  ) throws(ImpairmentError) {
    slots = DatagramSlots(size: model.needsBytes ? 69_632 : 512)
    (number, socket) = try namespace.inside { () throws(ImpairmentError) in
      do throws(SystemError) {
        let socket = try NetlinkSocket(NETLINK_NETFILTER)
        let number = try Self.bind(socket, near: wanted)
        try Self.configure(socket, number, model)
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
    _ socket: NetlinkSocket, _ number: UInt16, _ model: ImpairmentChain
  ) throws(SystemError) {
    var message = configuration(of: number)
    // One byte brings the length along; all of them are copied only where they are changed.
    let range = model.needsBytes ? UInt32(65_531) : 1
    let mode = UInt8(NFQNL_COPY_PACKET.rawValue)
    message.attribute(
      NFQA_CFG_PARAMS, bytes: withUnsafeBytes(of: range.bigEndian) { Array($0) } + [mode])
    message.attribute(NFQA_CFG_QUEUE_MAXLEN, UInt32(100_000).bigEndian)
    // What the sender left to the device to cut into packets is cut before it comes here, unless
    // all its pieces fare alike.
    let flags = UInt32(NFQA_CFG_F_FAIL_OPEN | (model.treatsAllAlike ? NFQA_CFG_F_GSO : 0))
    message.attribute(NFQA_CFG_MASK, flags.bigEndian)
    message.attribute(NFQA_CFG_FLAGS, flags.bigEndian)
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

  /// Hands over packets that are there; returns how many there were.
  ///
  /// The bytes of a packet are there only as long as it is looked at.
  func receive(_ take: (QueuedPacket) -> Void) throws(SystemError) -> Int {
    let count = slots.receive(from: socket.descriptor)
    guard count >= 0 else {
      switch errno {
      case EINTR, ENOBUFS, EAGAIN: return 0
      default: throw SystemError.last
      }
    }
    for index in 0..<count {
      if let packet = QueuedPacket(slots[index]) { take(packet) }
    }
    return count
  }

  /// Waits for a packet, but for so many nanoseconds at most.
  func wait(atMost nanoseconds: UInt64) {
    _ = lab_wait_readable(socket.descriptor, Int64(clamping: nanoseconds))
  }

  /// Notes what becomes of a packet; `flush` tells the kernel.
  func decide(_ id: UInt32, passes: Bool) {
    note(Verdict(NFQNL_MSG_VERDICT, number, id, passes: passes))
  }

  /// Notes that a packet passes with these bytes in place of its own.
  func pass(_ id: UInt32, as bytes: [UInt8]) {
    var message = NetlinkMessage(
      netfilter: NFNL_SUBSYS_QUEUE, NFQNL_MSG_VERDICT.rawValue, flags: 0, resource: number)
    let words = [Verdict.accept.bigEndian, id.bigEndian]
    message.attribute(NFQA_VERDICT_HDR, bytes: words.withUnsafeBytes { Array($0) })
    message.attribute(NFQA_PAYLOAD, bytes: bytes)
    verdicts += message.bytes
  }

  /// Notes that all packets up to this one pass.
  func passAll(upTo id: UInt32) {
    note(Verdict(NFQNL_MSG_VERDICT_BATCH, number, id, passes: true))
  }

  private func note(_ verdict: Verdict) {
    withUnsafeBytes(of: verdict) { verdicts += $0 }
  }

  /// Tells the kernel what was noted.
  func flush() throws(SystemError) {
    guard !verdicts.isEmpty else { return }
    try socket.send(verdicts)
    verdicts.removeAll(keepingCapacity: true)
  }

  /// Whether so much is noted that it should be told.
  var isFull: Bool { verdicts.count > 16_384 }
}
