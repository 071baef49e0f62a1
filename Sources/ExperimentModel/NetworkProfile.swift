/// A kind of network that many know, as defaults for its links.
///
/// The figures are typical, not measured: who knows better writes a link.
public enum NetworkProfile: String, Sendable, Hashable, Codable, CaseIterable {
  /// A local network with a switch.
  case lan
  /// The public internet within a continent.
  case wan
  /// Two nodes of a tailnet that reach each other through a tunnel of their own.
  case tailscaleDirect = "tailscale-direct"
  /// Two nodes of a tailnet that reach each other through a relay.
  case tailscaleRelay = "tailscale-relay"
  /// A wireless network with some distance and neighbours.
  case wifi
  /// A mobile network of the third generation.
  case thirdGeneration = "3g"
  /// A mobile network of the second generation, by GPRS.
  case secondGeneration = "2g"

  /// The delay one way.
  public var latency: Distribution {
    switch self {
    case .lan: .constant(.microseconds(100))
    case .wan: .lognormal(mean: .milliseconds(20), cv: 0.25)
    // The path of `wan`, and the cryptography of the userspace programs at both ends.
    case .tailscaleDirect: .lognormal(mean: .microseconds(20_400), cv: 0.25)
    // Two such paths, by way of the relay.
    case .tailscaleRelay: .lognormal(mean: .milliseconds(50), cv: 0.5)
    // The last three are known from the program comcast and its many heirs.
    case .wifi: .constant(.milliseconds(40))
    case .thirdGeneration: .constant(.milliseconds(250))
    case .secondGeneration: .constant(.milliseconds(500))
    }
  }

  /// The share of packets that are lost.
  ///
  /// A relay is reached over TCP, which repairs losses on its own legs: they show as latency.
  public var loss: Ratio {
    switch self {
    case .lan, .tailscaleRelay: Ratio(0)
    case .wan, .tailscaleDirect: Ratio(0.001)
    case .wifi: Ratio(0.002)
    case .thirdGeneration: Ratio(0.015)
    case .secondGeneration: Ratio(0.02)
    }
  }

  /// How fast each end sends at most.
  public var bandwidth: Bandwidth? {
    switch self {
    case .lan: nil
    case .wan, .tailscaleDirect: Bandwidth(bitsPerSecond: 100e6)
    case .tailscaleRelay: Bandwidth(bitsPerSecond: 20e6)
    case .wifi: Bandwidth(bitsPerSecond: 30e6)
    case .thirdGeneration: Bandwidth(bitsPerSecond: 750e3)
    case .secondGeneration: Bandwidth(bitsPerSecond: 50e3)
    }
  }

  /// How packets look on their way.
  public var packets: PacketFormat {
    switch self {
    case .lan, .wan, .wifi, .thirdGeneration, .secondGeneration: .ethernet
    case .tailscaleDirect: .wireguard
    case .tailscaleRelay: .relayedWireguard
    }
  }
}

extension NetworkProfile {
  /// What packets meet on such a network, in this order: losses, a bandwidth, and a delay.
  public var impairments: [PacketImpairment] {
    (loss.fraction > 0 ? [.drop(.random(Likelihood(rate: loss)))] : [])
      + (bandwidth.map { [.throttle($0)] } ?? []) + [.delay(delay)]
  }

  /// The mean of the latency, as a delay: a varying one would reorder packets, which such networks
  /// seldom do.
  public var delay: PacketDelay {
    switch latency {
    case .constant(let span), .lognormal(let span, _): PacketDelay(by: span)
    default: preconditionFailure("the latency of every profile is constant or lognormal")
    }
  }
}

/// How much of a packet is a program's own data.
public struct PacketFormat: Sendable, Hashable {
  /// The data of a full packet in bytes.
  public var payload: Int
  /// What every packet has besides, in bytes.
  public var overhead: Int

  /// Makes a format.
  public init(payload: Int, overhead: Int) {
    self.payload = payload
    self.overhead = overhead
  }

  /// TCP with timestamps over IPv4 with an MTU of 1,500: 20 and 32 bytes of headers.
  public static let ethernet = PacketFormat(payload: 1_448, overhead: 52)
  /// The same in a tunnel with Tailscale's MTU of 1,280; the outer IPv4, UDP and WireGuard take
  /// 20 + 8 + 32 bytes.
  public static let wireguard = PacketFormat(payload: 1_228, overhead: 52 + 60)
  /// The tunnel's packets carried on by TLS over TCP to the relay: 52 bytes for its headers and
  /// about 30 for the frames.
  public static let relayedWireguard = PacketFormat(payload: 1_228, overhead: 52 + 32 + 82)

  /// How many packets a number of bytes takes, at least one.
  public func count(of bytes: Int) -> Int { max(1, (bytes + payload - 1) / payload) }

  /// How many bytes are sent for a number of bytes.
  public func size(of bytes: Int) -> Int { bytes + count(of: bytes) * overhead }
}
