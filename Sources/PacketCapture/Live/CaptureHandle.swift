import CPcap
import Glibc

/// One interface that libpcap listens at, in the namespace of the thread that opens it.
final class CaptureHandle {
  let name: String
  private let handle: OpaquePointer
  /// Why it listens no more; nil while it does.
  private(set) var ending: String?
  /// What it lost, as it said when it ended.
  private var lastStatistics = pcap_stat()

  /// How long the kernel may collect packets before it hands them over, in milliseconds.
  static let handOverMilliseconds: Int32 = 50

  init(_ name: String, _ settings: Capture.Settings) throws(CaptureError) {
    self.name = name
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let handle = pcap_create(name, &message) else {
      throw CaptureError(.failed, "the interface \(name) cannot be opened: \(Self.text(message))")
    }
    self.handle = handle
    pcap_set_snaplen(handle, Int32(settings.snapLength))
    pcap_set_promisc(handle, 0)
    pcap_set_timeout(handle, Self.handOverMilliseconds)
    pcap_set_buffer_size(handle, Int32(settings.ringBytes))
    pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
    let status = pcap_activate(handle)
    guard status >= 0 else { throw refusal(status) }
    pcap_setnonblock(handle, 1, &message)
    if let filter = settings.filter { try use(filter) }
  }

  deinit { pcap_close(handle) }

  /// The kind of header of its packets, as files number it.
  var linkType: UInt32 {
    // Raw IP has another number inside libpcap than in files.
    let number = UInt32(pcap_datalink(handle))
    return number == LinkType.rawBSD.rawValue ? LinkType.raw.rawValue : number
  }

  var snapLength: Int { Int(pcap_snapshot(handle)) }

  /// What to wait at for packets.
  var descriptor: Int32 { pcap_get_selectable_fd(handle) }

  /// Hands on the packets that the kernel has collected; returns how many.
  @discardableResult
  func drain(into receiver: PacketReceiver) -> Int {
    guard ending == nil else { return 0 }
    let user = Unmanaged.passUnretained(receiver).toOpaque().assumingMemoryBound(to: UInt8.self)
    let count = pcap_dispatch(handle, -1, Self.receive, user)
    if count < 0 {
      ending = String(cString: pcap_geterr(handle))
      _ = statistics
      return 0
    }
    return Int(count)
  }

  /// How many packets passed the filter, and how many of these were lost in the kernel.
  var statistics: (received: UInt64, dropped: UInt64) {
    var now = pcap_stat()
    if pcap_stats(handle, &now) == 0 { lastStatistics = now }
    return (UInt64(lastStatistics.ps_recv), UInt64(lastStatistics.ps_drop))
  }

  private static let receive: pcap_handler = { user, header, bytes in
    guard let user, let header, let bytes else { return }
    let receiver = Unmanaged<PacketReceiver>.fromOpaque(user).takeUnretainedValue()
    let stamp = header.pointee.ts
    // The field is named after microseconds, and holds nanoseconds as was asked for.
    receiver.take(
      UnsafeBufferPointer(start: bytes, count: Int(header.pointee.caplen)),
      time: Int64(stamp.tv_sec) * 1_000_000_000 + Int64(stamp.tv_usec),
      originalLength: header.pointee.len)
  }

  private func use(_ filter: CaptureFilter) throws(CaptureError) {
    var program = bpf_program()
    guard pcap_compile(handle, &program, filter.expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
      throw CaptureError(
        .notUsable,
        "the filter has no meaning at the interface \(name):"
          + " \(String(cString: pcap_geterr(handle)))")
    }
    defer { pcap_freecode(&program) }
    guard pcap_setfilter(handle, &program) == 0 else {
      throw CaptureError(.failed, "the filter is refused: \(String(cString: pcap_geterr(handle)))")
    }
  }

  private func refusal(_ status: Int32) -> CaptureError {
    let words = String(cString: pcap_geterr(handle))
    let reason = words.isEmpty ? String(cString: pcap_statustostr(status)) : words
    let isForbidden = status == PCAP_ERROR_PERM_DENIED
    let isMissing = status == PCAP_ERROR_NO_SUCH_DEVICE || status == PCAP_ERROR_IFACE_NOT_UP
    return CaptureError(
      isForbidden ? .notPermitted : isMissing ? .notUsable : .failed,
      "the interface \(name) cannot be listened at: \(reason)\(isForbidden ? "; be root" : "")")
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
