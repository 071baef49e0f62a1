import CPcap

/// An expression that chooses packets, in the language of pcap-filter(7), such as `tcp port 8000`.
public struct CaptureFilter: Sendable, Hashable {
  /// The expression.
  public let expression: String

  /// Takes an expression.
  ///
  /// - Throws: one sentence with libpcap's own words when it is none.
  public init(_ expression: String) throws(CaptureError) {
    self.expression = expression
    guard let handle = pcap_open_dead(LinkType.ethernetNumber, 262_144) else {
      throw CaptureError(.failed, "libpcap gives no memory for a filter")
    }
    defer { pcap_close(handle) }
    var program = bpf_program()
    guard pcap_compile(handle, &program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
      throw CaptureError(
        .notUsable, "it is no filter (\(String(cString: pcap_geterr(handle)))); see pcap-filter(7)")
    }
    pcap_freecode(&program)
  }
}

extension LinkType {
  /// The number of Ethernet as libpcap takes it.
  fileprivate static var ethernetNumber: Int32 { Int32(ethernet.rawValue) }
}
