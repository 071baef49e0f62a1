import ExperimentModel

extension Keys {
  /// Whether a kind of fault disturbs packets, so that it may aim at any node and not at backends
  /// alone.
  static func isOfNetwork(_ kind: String) -> Bool {
    ["delay", "drop", "duplicate", "corrupt", "reorder", "throttle", "degrade", "partition"]
      .contains(kind)
  }
}

// What is done to packets on their way, and which packets are meant.
extension Decoding {
  /// What happens to packets; nil after a complaint.
  func packetImpairment(_ kind: String, _ fields: Fields) -> PacketImpairment? {
    switch kind {
    case "delay": return delay(fields).map(PacketImpairment.delay)
    case "throttle":
      return needed("bandwidth", of: fields, example: "1Mbit/s")
        .flatMap { bandwidth($0) }.map(PacketImpairment.throttle)
    case "drop": return loss(fields).map(PacketImpairment.drop)
    default:
      guard let likelihood = likelihood(fields) else { return nil }
      return switch kind {
      case "duplicate": .duplicate(likelihood)
      case "corrupt": .corrupt(likelihood)
      default: .reorder(likelihood)
      }
    }
  }

  private func delay(_ fields: Fields) -> PacketDelay? {
    let mean = needed("by", of: fields, example: "100ms")
      .flatMap { duration($0, .positiveDraw) }
    let jitter = optional(fields["jitter"], else: .zero) { duration($0, .draw) }
    let correlation = optional(fields["correlation"], else: Ratio(0)) { ratio($0) }
    let shape = optional(fields["distribution"], else: .uniform) { field in
      word(field, among: PacketDelay.Shape.allCases.map(\.rawValue))
        .flatMap(PacketDelay.Shape.init(rawValue:))
    }
    if fields["jitter"] == nil {
      for name in ["correlation", "distribution"] {
        guard let field = fields[name] else { continue }
        complain(
          "`\(name)` shapes the jitter; give `jitter`, such as `jitter: 10ms`",
          at: field.keyPlace)
      }
    }
    guard let mean, let jitter, let correlation, let shape else { return nil }
    return PacketDelay(by: mean, jitter: jitter, correlation: correlation, distribution: shape)
  }

  /// How often something happens to packets; nil after a complaint.
  func likelihood(_ fields: Fields) -> Likelihood? {
    let rate = needed("rate", of: fields, example: "10%").flatMap { field -> Ratio? in
      guard let rate = ratio(field) else { return nil }
      guard rate.fraction > 0 else {
        refuse(field, "must be more than 0%")
        return nil
      }
      return rate
    }
    let correlation = optional(fields["correlation"], else: Ratio(0)) { ratio($0) }
    guard let rate, let correlation else { return nil }
    return Likelihood(rate: rate, correlation: correlation)
  }

  /// The value of a parameter without which the fault is nothing.
  func needed(_ key: String, of fields: Fields, example: String) -> Field? {
    if let field = fields[key] { return field }
    if !fields.explainsAbsence(of: [key]) {
      complain(
        "the fault needs `\(key)`, such as `\(key): \(example)`", at: fields.owner.place)
    }
    return nil
  }

  /// Which packets of the targets are meant; nil after a complaint.
  func packetFilter(_ fields: Fields, in places: NetworkPlaces) -> PacketFilter? {
    let direction = optional(fields["direction"], else: .egress) { field in
      word(field, among: PacketFilter.Direction.allCases.map(\.rawValue))
        .flatMap(PacketFilter.Direction.init(rawValue:))
    }
    let peers = optional(fields["peer"], else: []) { self.peers($0, in: places) }
    var filter = PacketFilter()
    if let field = fields["port"] {
      guard let port = whole(field, in: Limits.port) else { return nil }
      filter.port = port
    }
    if let field = fields["protocol"] {
      let words = PacketFilter.TransportProtocol.allCases.map(\.rawValue)
      guard let word = word(field, among: words) else { return nil }
      filter.transport = PacketFilter.TransportProtocol(rawValue: word)
      if filter.transport == .icmp, let port = fields["port"] {
        complain("`protocol: icmp` has no ports; leave `port` out", at: port.keyPlace)
      }
    }
    guard let direction, let peers else { return nil }
    filter.direction = direction
    filter.peers = peers
    return filter
  }

  /// Names of the topology, addresses and blocks of addresses.
  private func peers(_ field: Field, in places: NetworkPlaces) -> [String]? {
    func peer(_ field: Field) -> [String]? {
      if case .scalar(let text, _) = field.node.content, text.isAddress { return [text] }
      return node(field, places, .nodes)
    }
    guard case .sequence = field.node.content else { return peer(field) }
    guard let elements = elements(of: field, each: "peer", limit: Limits.backends) else {
      return nil
    }
    let peers = elements.compactMap { peer($0) }
    return peers.count == elements.count ? peers.flatMap { $0 } : nil
  }

  // MARK: Partitions

  /// The first side of a partition: the targets.
  func partitioned(_ field: Field, in places: NetworkPlaces) -> TargetSelection? {
    guard let (first, _) = sides(of: field) else { return nil }
    return targets(first, places, .nodes)
  }

  /// A partition, from the second side on; nil after a complaint.
  func partition(_ fields: Fields, in places: NetworkPlaces) -> Fault? {
    let isOneWay = optional(fields["one_way"], else: false) { flag($0) }
    guard let field = fields["partition"], let (first, second) = sides(of: field) else {
      complain(
        "`partition` needs two sides, such as `partition: [balancer, back-02]`",
        at: (fields["partition"] ?? fields.owner).place)
      return nil
    }
    guard let others = names(second, places, .nodes), let isOneWay else { return nil }
    // The first side's own mistakes are complained about where it is read.
    let own = Set(places.expanded(first))
    if let shared = others.first(where: own.contains) {
      complain(
        "a node cannot be cut off from itself; \(quoted(shared)) is on both sides",
        at: second.place)
      return nil
    }
    return .partition(from: others, isOneWay: isOneWay)
  }

  private func sides(of field: Field) -> (Field, Field)? {
    guard case .sequence(let nodes) = field.node.content, nodes.count == 2 else { return nil }
    return (Field(name: "partition", node: nodes[0]), Field(name: "partition", node: nodes[1]))
  }
}

extension String {
  /// Whether this looks like an IP address or a block of them, and not like a name.
  fileprivate var isAddress: Bool {
    let isHexadecimal = contains(":") && allSatisfy { $0.isHexDigit || ":./".contains($0) }
    return isHexadecimal || (contains(".") && allSatisfy { $0.isNumber || "./".contains($0) })
  }
}
