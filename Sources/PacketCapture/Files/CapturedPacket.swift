/// One packet as a file holds it.
public struct CapturedPacket: Sendable, Hashable {
  /// When it was seen, in nanoseconds since 1970; never negative.
  public var time: Int64
  /// What kind of header it begins with.
  public var linkType: LinkType
  /// Which interface of the file it was seen at.
  public var interface: Int
  /// How long it was on the wire, in bytes, which may be more than was kept.
  public var originalLength: Int
  /// What was kept of it.
  public var bytes: ArraySlice<UInt8>
}

/// The kind of header that a packet begins with, as `LINKTYPE_` numbers of tcpdump.org say.
public struct LinkType: RawRepresentable, Sendable, Hashable {
  /// The number in files.
  public let rawValue: UInt32

  /// Makes a kind of its number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// BSD's loopback: the address family in the byte order of whoever captured.
  public static let null = LinkType(rawValue: 0)
  /// Ethernet, with or without VLAN tags.
  public static let ethernet = LinkType(rawValue: 1)
  /// An IP packet alone, as some BSDs number it.
  public static let rawBSD = LinkType(rawValue: 12)
  /// An IP packet alone.
  public static let raw = LinkType(rawValue: 101)
  /// OpenBSD's loopback: the address family in network byte order.
  public static let loop = LinkType(rawValue: 108)
  /// Linux's "any" device, first version.
  public static let linuxCooked = LinkType(rawValue: 113)
  /// An IPv4 packet alone.
  public static let ipv4 = LinkType(rawValue: 228)
  /// An IPv6 packet alone.
  public static let ipv6 = LinkType(rawValue: 229)
  /// Linux's "any" device, second version.
  public static let linuxCooked2 = LinkType(rawValue: 276)

  /// Whether headers of this kind are understood here.
  public var isKnown: Bool {
    [
      .null, .ethernet, .rawBSD, .raw, .loop, .linuxCooked, .ipv4, .ipv6, .linuxCooked2,
    ].contains(self)
  }
}
