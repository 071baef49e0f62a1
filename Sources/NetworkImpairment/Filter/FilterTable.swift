import ExperimentModel

/// The packet filter's part of one fault: a table of its own, which one command removes whole.
///
/// A rule applies only while the table's set `lease` holds the packet's protocol, and the kernel
/// itself forgets the elements of that set when their time is over: a fault ends on time although
/// every process of ours is dead. Tables of different faults add up, in any order, because a packet
/// that one of them lets pass goes on to the next.
struct FilterTable {
  /// What all names of ours begin with.
  static let prefix = "chaos_"
  /// The family of tables that see both versions of IP.
  static let family = "inet"
  /// The queue that nobody reads: what is sent to it is lost as on a wire, and its sender does not
  /// learn it, whereas the verdict `drop` is an error of the system call that sent the packet.
  static let deadEnd: UInt16 = 65535

  let fault: PacketFault
  /// The mark of copies of packets, which are not to be changed once more; nil without any.
  var exemptMark: UInt32?
  /// The mark that packets get besides their own, for the emulator; nil on other ways.
  var emulatorMark: UInt32?

  /// The table's name.
  var name: String { Self.name(of: fault.id) }

  /// The name of a fault's table.
  static func name(of id: String) -> String {
    prefix + String(id.map { $0 == "-" ? "_" : $0 })
  }

  /// The chains to which packets that are meant are led; rules to queues are appended to them.
  enum Destination: String {
    case sent, received
  }

  /// The destinations that the fault needs.
  var destinations: [Destination] {
    switch fault.selector.direction {
    case .egress: [.sent]
    case .ingress: [.received]
    case .both: [.sent, .received]
    }
  }

  /// Whether what is sent is lost, which its sender is not to learn.
  var losesWhatIsSent: Bool { fault.deed.losesPackets && destinations.contains(.sent) }

  // MARK: Scripts

  /// The lines that make the table; it changes nothing while its lease is empty.
  func creation(way: PacketWay) -> [String] {
    var lines = ["table \(Self.family) \(name) {"]
    lines += ["  set lease {", "    type ether_type", "    flags timeout", "  }"]
    for destination in destinations {
      lines += ["  chain \(destination.rawValue) {"]
      lines += verdicts(destination, way).map { "    " + $0 }
      lines += ["  }"]
    }
    for destination in destinations {
      lines += ["  chain \(hook(destination)) {"]
      lines += ["    type \(place(destination)); policy accept;"]
      lines += matches(destination).map { "    \($0) goto \(destination.rawValue)" }
      lines += ["  }"]
    }
    return lines + ["}"]
  }

  /// The lines that put the fault in force for so long, or that make it last so much longer.
  static func lease(_ id: String, for span: Duration) -> [String] {
    let milliseconds = max(1, span.nanoseconds / 1_000_000)
    let elements = ["ip", "ip6"].map { "\($0) timeout \(milliseconds)ms" }
    return [
      "flush set \(family) \(name(of: id)) lease",
      "add element \(family) \(name(of: id)) lease { \(elements.joined(separator: ", ")) }",
    ]
  }

  /// The line that removes the table.
  static func removal(_ id: String) -> String { "delete table \(family) \(name(of: id))" }

  // MARK: Rules

  /// Where packets are met: a refusal must be where the kernel can answer, and a question for a
  /// name must be met before it is led to the engine's own server.
  private func hook(_ destination: Destination) -> String {
    switch (fault.deed, destination) {
    case (.reset, .sent), (.silenceNames, .sent), (.answer, .sent): "output"
    case (.reset, .received), (.silenceNames, .received): "input"
    case (_, .sent): "postrouting"
    case (_, .received): "prerouting"
    }
  }

  /// The type, the hook and the priority of a chain: before the machine's own rules, and before
  /// addresses are translated, by the engine's rules too.
  private func place(_ destination: Destination) -> String {
    if case .answer = fault.deed { return "nat hook \(hook(destination)) priority -101" }
    return "filter hook \(hook(destination)) priority mangle"
  }

  /// What becomes of packets that are meant, up to a rule to a queue, which is appended.
  private func verdicts(_ destination: Destination, _ way: PacketWay) -> [String] {
    var lines: [String] = []
    if let exemptMark {
      // Whatever the emulator's faults have marked besides.
      lines.append("meta mark & \(EmulatorTree.otherMarks) == \(exemptMark) return")
    }
    switch (fault.deed, way) {
    case (.reset, _):
      // The refusals themselves have to reach those who are refused.
      lines.append("tcp flags & rst == rst return")
      lines.append("counter reject with tcp reset")
    case (.impair(.drop(.random(let likelihood))), .filter):
      lines += Self.draw(likelihood.rate)
    case (.answer(let answer), _):
      lines += Self.draw(answer.rate)
      lines.append("meta l4proto { tcp, udp } redirect to :\(AnsweringServer.port(of: fault.id))")
    default:
      lines.append("counter")
    }
    if let emulatorMark { lines.append("meta mark set meta mark | \(emulatorMark)") }
    if way == .filter, destination == .received, fault.deed.losesPackets { lines.append("drop") }
    return lines
  }

  /// Lets this share of all go on to the next rule, and the others return.
  private static func draw(_ rate: Ratio) -> [String] {
    guard rate.fraction < 1 else { return ["counter"] }
    let billionths = UInt32((rate.fraction * 1e9).rounded())
    return ["counter", "numgen random mod 1000000000 >= \(billionths) return", "counter"]
  }

  /// The conditions of packets that are meant, one line for each alternative.
  private func matches(_ destination: Destination) -> [String] {
    let (device, address, own) =
      destination == .sent ? ("oifname", "daddr", "sport") : ("iifname", "saddr", "dport")
    var conditions = ["meta protocol @lease"]
    // A process that talks to itself needs no network; only questions for names may stay inside.
    if !fault.deed.isAboutNames { conditions.append("\(device) != \"lo\"") }
    return peerAlternatives(address).flatMap { peer in
      portAlternatives(own: own).map { port in
        (conditions + [peer, port].filter { !$0.isEmpty }).joined(separator: " ")
      }
    }
  }

  private func peerAlternatives(_ address: String) -> [String] {
    guard let peers = fault.selector.peers else { return [""] }
    func list(_ family: AddressBlock.Family, _ word: String) -> [String] {
      let blocks = peers.filter { $0.family == family }.map(\.description)
      return blocks.isEmpty ? [] : ["\(word) \(address) { \(blocks.joined(separator: ", ")) }"]
    }
    return list(.v4, "ip") + list(.v6, "ip6")
  }

  private func portAlternatives(own: String) -> [String] {
    let far = own == "sport" ? "dport" : "sport"
    if fault.deed.isAboutNames {
      return ["meta l4proto { tcp, udp } th \(own == "sport" ? far : "sport") 53"]
    }
    let transport =
      switch (fault.deed, fault.selector.transport) {
      case (.reset, _), (.answer, _), (_, .tcp?): "meta l4proto tcp"
      case (_, .udp?): "meta l4proto udp"
      case (_, .icmp?): "meta l4proto { icmp, ipv6-icmp }"
      case (_, nil): fault.selector.port == nil ? "" : "meta l4proto { tcp, udp }"
      }
    guard let port = fault.selector.port else { return [transport] }
    if case .answer = fault.deed { return ["\(transport) th \(own) \(port)"] }
    return [far, own].map { "\(transport) th \($0) \(port)" }
  }
}

extension PacketFault.Deed {
  /// Whether packets that are meant go nowhere.
  var losesPackets: Bool {
    switch self {
    case .impair, .degrade, .cut, .silenceNames: true
    case .reset, .answer: false
    }
  }

  /// Whether it is about questions for names, which may stay inside the namespace.
  var isAboutNames: Bool {
    switch self {
    case .silenceNames, .answer(.names): true
    case .impair, .degrade, .cut, .reset, .answer(.http): false
    }
  }
}
