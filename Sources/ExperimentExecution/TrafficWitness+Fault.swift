import DockerEngine
import ExperimentModel
import FaultInjection
import PacketCapture

extension TrafficWitness {
  /// A witness of the packets that a fault at this container is to hit; nil for a fault that hits
  /// no packets, or one between names of which somebody has no address.
  public convenience init?(of fault: Fault, at container: Container, among engine: Engine) {
    let filter: PacketFilter
    switch fault {
    case .impair(_, let chosen), .degrade(_, let chosen): filter = chosen
    case .partition(let others, _): filter = PacketFilter(peers: others)
    default: return nil
    }
    let peers = filter.peers.map { peer in
      AddressRange(peer).map { [$0] }
        ?? (try? engine.container(meantBy: peer))?.addresses ?? []
    }
    let own = container.addresses
    guard !own.isEmpty, !peers.contains(where: \.isEmpty) else { return nil }
    var isDamage = false
    if case .impair(.corrupt, _) = fault { isDamage = true }
    var pace: Double?
    if case .impair(.throttle(let bandwidth), _) = fault { pace = bandwidth.bitsPerSecond }
    self.init(
      Selector(
        own: own, peers: peers.flatMap(\.self), port: filter.port, checksBytes: isDamage,
        pace: pace))
  }

  /// How packets are taken for these witnesses, where no file is kept.
  static func settings(for witnesses: [TrafficWitness]) -> Capture.Settings {
    var settings = Capture.Settings()
    settings.witnesses = witnesses
    settings.ringBytes = ringBytes
    if !witnesses.contains(where: \.selector.checksBytes) { settings.snapLength = headerLength }
    return settings
  }

  /// What the kernel may hold for one interface: headers need less room than a file's packets.
  private static let ringBytes = 16 << 20

  /// More than all headers of an honest TCP packet, in bytes.
  private static let headerLength = 192
}

extension Container {
  fileprivate var addresses: [AddressRange] {
    networks.values.flatMap { [$0.address, $0.address6] }.compactMap { AddressRange($0) }
  }
}
