import ExperimentModel

/// What is done to which packets of one network namespace, whichever way it is done.
public struct PacketFault: Sendable, Hashable, Codable {
  /// What is done to packets.
  public enum Deed: Sendable, Hashable, Codable {
    /// They are delayed, lost, duplicated, corrupted, reordered or slowed down.
    case impair(PacketImpairment)
    /// They fare as on a worse network: several impairments, one after the other.
    case degrade([PacketImpairment])
    /// None of them passes.
    case cut
    /// Connections that send them are reset.
    case reset
    /// Questions for names stay without an answer.
    case silenceNames
    /// Some are led to a process of ours, which answers in the place of somebody else.
    case answer(FalseAnswer)
  }

  /// What happens to packets that take time or luck, one after the other; none of it where they
  /// are refused.
  var impairments: [PacketImpairment] {
    switch deed {
    case .impair(let impairment): [impairment]
    case .degrade(let impairments): impairments
    case .cut, .reset, .silenceNames, .answer: []
    }
  }

  /// The name of the fault, which its rules carry: letters, digits and hyphens.
  public let id: String
  /// What is done.
  public let deed: Deed
  /// To which packets.
  public let selector: PacketSelector
  /// What all random draws come from: the same seed makes the same pattern.
  public let seed: UInt64

  /// Makes a fault.
  public init(id: String, deed: Deed, selector: PacketSelector, seed: UInt64) {
    precondition(
      id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }, "an id consists of letters, digits and hyphens")
    self.id = id
    self.deed = deed
    self.selector = selector
    self.seed = seed
  }
}

/// Which packets of a namespace are meant: those for which every given part holds.
///
/// It is a `PacketFilter` whose names have become addresses.
public struct PacketSelector: Sendable, Hashable, Codable {
  /// Which way, seen from the namespace.
  public let direction: PacketFilter.Direction
  /// The other end; any when nil.
  ///
  /// An empty list means nobody: it is what remains of names without an address.
  public let peers: [AddressBlock]?
  /// The port of either end; any when nil.
  public let port: Int?
  /// The protocol; any when nil.
  public let transport: PacketFilter.TransportProtocol?

  /// Makes a selector; without arguments everything that the namespace sends.
  public init(
    direction: PacketFilter.Direction = .egress, peers: [AddressBlock]? = nil, port: Int? = nil,
    transport: PacketFilter.TransportProtocol? = nil
  ) {
    self.direction = direction
    self.peers = peers
    self.port = port
    self.transport = transport
  }
}
