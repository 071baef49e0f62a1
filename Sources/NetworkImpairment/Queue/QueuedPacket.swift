import CLinux
import Glibc

/// One packet that the kernel has handed over.
struct QueuedPacket {
  let id: UInt32
  /// The length of the packet from its IP header on.
  let length: Int
  /// Its bytes from its IP header on, as far as they were asked for; they belong to the slot.
  let bytes: UnsafeRawBufferPointer
  /// The hook of what comes from outside, `NF_INET_PRE_ROUTING` of `<linux/netfilter.h>`.
  private static let prerouting: UInt8 = 0

  /// Whether it came from outside, so that the kernel has looked at its IP header already.
  private let isReceived: Bool

  /// Reads what the kernel says of a packet in one datagram; nil for any other message.
  ///
  /// It is read in place, without a copy, because tens of thousands come in a second.
  init?(_ datagram: UnsafeRawBufferPointer) {
    let kind = UInt16(NFNL_SUBSYS_QUEUE) << 8 | UInt16(NFQNL_MSG_PACKET.rawValue)
    // Sixteen bytes of netlink's header and four of netfilter's.
    guard datagram.count >= 20, datagram.loadUnaligned(fromByteOffset: 4, as: UInt16.self) == kind
    else { return nil }
    var id: UInt32?
    var isReceived = false
    var length: UInt32?
    var bytes = UnsafeRawBufferPointer(rebasing: datagram[..<0])
    var place = 20
    while place + 4 <= datagram.count {
      let size = Int(datagram.loadUnaligned(fromByteOffset: place, as: UInt16.self))
      let kind = datagram.loadUnaligned(fromByteOffset: place + 2, as: UInt16.self) & 0x3fff
      guard size >= 4, place + size <= datagram.count else { return nil }
      let value = UnsafeRawBufferPointer(rebasing: datagram[place + 4..<place + size])
      switch UInt32(kind) {
      case NFQA_PACKET_HDR.rawValue where value.count >= 4:
        id = UInt32(bigEndian: value.loadUnaligned(as: UInt32.self))
        // The hook stands behind the number and the protocol (`nfqnl_msg_packet_hdr`).
        isReceived = value.count > 6 && value[6] == Self.prerouting
      case NFQA_CAP_LEN.rawValue where value.count >= 4:
        length = UInt32(bigEndian: value.loadUnaligned(as: UInt32.self))
      case NFQA_PAYLOAD.rawValue:
        bytes = value
      default: break
      }
      place += (size + 3) & ~3
    }
    guard let id else { return nil }
    self.id = id
    self.length = length.map(Int.init) ?? bytes.count
    self.bytes = bytes
    self.isReceived = isReceived
  }

  /// The packet with one bit flipped, which is this one modulo how many there are.
  ///
  /// It lies where a checksum is still to be looked at: anywhere in what is sent, and behind the IP
  /// header of what is received.
  func bytes(withFlipped bit: UInt64) -> [UInt8] {
    var bytes = Array(bytes)
    let begin = isReceived ? headerLength : 0
    guard bytes.count > begin else { return bytes }
    let place = Int(bit % UInt64((bytes.count - begin) * 8))
    bytes[begin + place / 8] ^= 1 << UInt8(place % 8)
    return bytes
  }

  /// The length of its IP header in bytes, without the extensions of version 6.
  private var headerLength: Int {
    guard let first = bytes.first else { return 0 }
    return first >> 4 == 6 ? 40 : Int(first & 15) * 4
  }
}

/// What becomes of a packet, or of all up to it, as the kernel reads it: a message of 32 bytes.
struct Verdict: BitwiseCopyable {
  /// `NF_ACCEPT` of `<linux/netfilter.h>`; `NF_DROP` is 0.
  static let accept: UInt32 = 1

  private let length: UInt32 = 32
  private let type: UInt16
  private let flags = UInt16(NLM_F_REQUEST)
  private let sequence: UInt32 = 0
  private let port: UInt32 = 0
  private let family: UInt8 = 0
  private let version = UInt8(NFNETLINK_V0)
  private let queue: UInt16
  private let attributeLength: UInt16 = 12
  private let attribute = UInt16(NFQA_VERDICT_HDR.rawValue)
  private let verdict: UInt32
  private let packet: UInt32

  init(_ kind: nfqnl_msg_types, _ queue: UInt16, _ packet: UInt32, passes: Bool) {
    type = UInt16(NFNL_SUBSYS_QUEUE) << 8 | UInt16(kind.rawValue)
    self.queue = queue.bigEndian
    verdict = (passes ? Verdict.accept : 0).bigEndian
    self.packet = packet.bigEndian
  }
}

/// Room for as many datagrams as one system call takes, one of them a slot.
final class DatagramSlots {
  private let size: Int
  private let room: UnsafeMutableRawBufferPointer
  private let lengths: UnsafeMutableBufferPointer<UInt32>

  /// Makes room for datagrams of so many bytes; it takes memory only as far as it is written to.
  init(size: Int) {
    self.size = size
    let count = Int(LAB_MOST_DATAGRAMS)
    room = .allocate(byteCount: size * count, alignment: 16)
    lengths = .allocate(capacity: count)
    lengths.initialize(repeating: 0)
  }

  deinit {
    room.deallocate()
    lengths.deallocate()
  }

  /// Takes datagrams that are there; returns how many, or a negative number with `errno`.
  func receive(from descriptor: Int32) -> Int {
    Int(
      lab_receive_datagrams(
        descriptor, room.baseAddress, UInt(size), lengths.baseAddress))
  }

  /// What was taken into a slot.
  subscript(index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: room[index * size..<index * size + Int(lengths[index])])
  }
}
