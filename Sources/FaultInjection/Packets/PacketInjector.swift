import DockerEngine
import ExperimentModel
import NetworkImpairment

/// A fault that changes packets in the target's network namespace.
///
/// Such a fault says what is done and to which packets; the way, the rules, the lease and the undo
/// are the same for all.
public protocol PacketInjector: Injector {
  /// What is done to packets.
  var packetDeed: PacketFault.Deed { get }
  /// To which packets, with the names of other containers.
  var filter: PacketFilter { get }
  /// How it is done, as far as somebody chose it.
  var manner: PacketManner { get }
  /// What is asked besides the filter, for the ledger and the report.
  var settings: [String: String] { get }
}

/// How packets are changed, as far as a person chooses it.
public struct PacketManner: Sendable, Hashable, Codable {
  /// Through what; nil for the best way that this machine has.
  public var via: Mechanism?
  /// What all random draws come from; nil for a seed that differs each time.
  public var seed: UInt64?

  /// Makes a choice; without arguments none.
  public init(via: Mechanism? = nil, seed: UInt64? = nil) {
    self.via = via
    self.seed = seed
  }
}

extension PacketInjector {
  /// Packets are changed until somebody ends it.
  public var lasts: Bool { true }

  /// What was asked, with the filter where it is not the usual one.
  public var parameters: [String: String] {
    var parameters = settings
    parameters["direction"] = filter.direction.rawValue
    if !filter.peers.isEmpty { parameters["peer"] = filter.peers.joined(separator: ",") }
    if let port = filter.port { parameters["port"] = "\(port)" }
    if let transport = filter.transport { parameters["protocol"] = transport.rawValue }
    if let seed = manner.seed { parameters["seed"] = "\(seed)" }
    return parameters
  }

  /// Refuses a container that does not run, or whose network is not its own.
  public func check(_ container: Container, isUndone: Bool) throws(FaultError) {
    try container.requireRunning(to: "disturb")
    try container.requireNetworkOfItsOwn()
  }

  /// The rules of the fault, and with them the process that holds packets where one is needed.
  public func plan(at scene: Scene) throws(FaultError) -> Plan {
    let target = LedgerEntry.Target(scene.container, at: scene.site)
    guard let process = target.process, let inode = target.networkNamespace else {
      throw FaultError(
        .notUsable,
        "the network of \(scene.container.name) is not on this machine, or is hidden from this"
          + " user; run chaos as root on the engine's machine")
    }
    let selector = PacketSelector(
      direction: filter.direction, peers: try addresses(at: scene), port: filter.port,
      transport: filter.transport)
    let fault = PacketFault(
      id: scene.id, deed: packetDeed, selector: selector,
      seed: manner.seed ?? UInt64.random(in: .min ... .max))
    let namespace = try FaultError.ofPackets { () throws(ImpairmentError) in
      try NetworkNamespace(ofProcess: process.pid)
    }
    let way = try FaultError.ofPackets { () throws(ImpairmentError) in
      try WayChoice(for: fault, isSeeded: manner.seed != nil).way(
        forced: manner.via.flatMap { PacketWay(rawValue: $0.rawValue) }, in: namespace)
    }
    let change = PacketChange(
      rules: PacketRules(fault, way: way), process: process, inode: inode,
      duration: scene.duration, target: scene.container.name)
    return Plan([change], undo: .removeRules, via: Mechanism(way))
  }

  /// The addresses of the peers; nil when everybody is meant.
  private func addresses(at scene: Scene) throws(FaultError) -> [AddressBlock]? {
    guard !filter.peers.isEmpty else { return nil }
    let engine = scene.site.engine
    var blocks: [AddressBlock] = []
    for peer in filter.peers {
      if let block = AddressBlock(peer) {
        blocks.append(block)
        continue
      }
      let container = try FaultError.namingPeer(peer) { () throws(FaultError) in
        let all = try FaultError.ofEngine { () throws(EngineError) in try engine.containers() }
        let id = try TargetSearch(containers: all).identifier(for: peer)
        return try FaultError.ofEngine { () throws(EngineError) in try engine.inspect(id) }
      }
      let own = container.networks.values.flatMap { [$0.address, $0.address6] }.sorted()
        .compactMap { AddressBlock($0) }
      guard !own.isEmpty else {
        throw FaultError(
          .notUsable,
          "\(container.name) has no address, because it does not run or has no network of its own;"
            + " start it, or give an address")
      }
      blocks += own
    }
    return blocks
  }
}

extension Mechanism {
  init(_ way: PacketWay) {
    switch way {
    case .filter: self = .filter
    case .netem: self = .netem
    case .queue: self = .queue
    }
  }
}

extension FaultError {
  /// Makes an error of what the network said.
  init(_ error: ImpairmentError) {
    let kind: Kind =
      switch error.kind {
      case .notPermitted: .notPermitted
      case .notSupported, .namespaceIsGone: .notUsable
      case .failed: .failed
      }
    self.init(kind, error.description)
  }

  /// Does something to the network, and turns its error into one of a fault.
  static func ofPackets<Value>(
    _ part: () throws(ImpairmentError) -> Value
  ) throws(FaultError) -> Value {
    do throws(ImpairmentError) {
      return try part()
    } catch {
      throw FaultError(error)
    }
  }

  fileprivate static func namingPeer<Value>(
    _ peer: String, _ part: () throws(FaultError) -> Value
  ) throws(FaultError) -> Value {
    do throws(FaultError) {
      return try part()
    } catch {
      guard error.kind == .notUsable else { throw error }
      throw FaultError(
        .notUsable, "the peer \(peer) is no address, no CIDR block and no container: \(error)")
    }
  }
}
