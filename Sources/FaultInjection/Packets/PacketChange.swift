import DockerEngine
import ExperimentModel
import FoundationEssentials
import NetworkImpairment

/// The change of packets in a container's network namespace, as an action.
struct PacketChange: Action {
  /// What is done, and how.
  let rules: PacketRules
  /// A process of the container, by which its namespace is found.
  let process: ProcessIdentity
  /// The namespace's number, so that no other one is ever taken for it.
  let inode: UInt64
  /// How long it lasts; nil when nobody knows.
  let duration: Duration?
  /// The container's name.
  let target: String

  /// A fault whose end nobody knows is given this long, again and again, while somebody watches it.
  static let shortLease = Duration.seconds(5)

  /// A false answer needs somebody who gives it: its lease is short too, so that nobody is led for
  /// long to a process that has died.
  private var lease: Duration {
    guard let duration, !rules.fault.deed.isAnswer else { return Self.shortLease }
    return duration
  }

  /// Whether the fault ends with the lease that it begins with.
  private var endsWithLease: Bool { duration != nil && !rules.fault.deed.isAnswer }

  /// Whether a process has to stay: to hold packets, to answer, or to make the lease longer.
  private var needsKeeper: Bool {
    rules.way == .queue || rules.fault.deed.isAnswer || duration == nil
  }

  /// What is told to the kernel, line by line, and the process that stays.
  func line(at site: Site) -> String {
    var lines = ["in the network namespace net:[\(inode)] of \(target), by nft:"]
    lines += rules.plan(for: lease).map { "  " + $0 }
    if needsKeeper { lines.append("run " + words(at: site).joined(separator: " ")) }
    return lines.joined(separator: "\n  ")
  }

  func perform(at site: Site) throws(ActionFailure) -> Upkeep {
    do throws(FaultError) {
      return try perform(keeping: { () throws(FaultError) in
        try site.host.start(words(at: site), site.ledger.guardianLogPath)
      })
    } catch {
      // Rules come whole or not at all, and are removed where their keeper does not start.
      throw ActionFailure(error, nothingWasDone: true)
    }
  }

  private func perform(
    keeping: () throws(FaultError) -> ProcessIdentity
  ) throws(FaultError) -> Upkeep {
    let beginning = ContinuousClock.now
    let namespace = try Self.namespace(of: process, inode: inode, target: target)
    let id = rules.fault.id
    try FaultError.ofPackets { () throws(ImpairmentError) in try rules.make(in: namespace) }
    do throws(FaultError) {
      let keeper = needsKeeper ? try keeping() : nil
      let leaseDelay = endsWithLease ? ContinuousClock.now - beginning : nil
      try FaultError.ofPackets { () throws(ImpairmentError) in
        try PacketRules.renew(id, for: lease, in: namespace)
      }
      return Upkeep(keeper: keeper, leaseDelay: leaseDelay)
    } catch {
      _ = try? PacketRules.remove(id, in: namespace)
      throw error
    }
  }

  private func words(at site: Site) -> [String] {
    [
      "chaos", PacketKeeper.verb, site.ledger.folder, rules.fault.id, "\(process.pid)", "\(inode)",
      rules.way.rawValue, rules.fault.asText,
    ]
  }

  /// The namespace of a process, if it is still the same one.
  static func namespace(
    of process: ProcessIdentity, inode: UInt64, target: String
  ) throws(FaultError) -> NetworkNamespace {
    let namespace = try FaultError.ofPackets { () throws(ImpairmentError) in
      try NetworkNamespace(ofProcess: process.pid)
    }
    guard namespace.inode == inode, process.isAlive else {
      throw FaultError(
        .notUsable, "\(target) ended or was started anew meanwhile; start again when it runs")
    }
    guard !namespace.isOfTheMachine else {
      throw FaultError(
        .notUsable,
        "\(target) uses the network of the machine itself, which is never disturbed;"
          + " run it in a network of its own")
    }
    return namespace
  }
}

extension PacketFault.Deed {
  /// Whether a process of ours answers in the place of somebody else.
  var isAnswer: Bool {
    if case .answer = self { true } else { false }
  }
}

extension PacketFault {
  /// The fault as one word of a command line.
  var asText: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("a fault holds nothing but text and numbers")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads what `asText` wrote; nil for any other text.
  init?(text: String) {
    guard let fault = try? JSONDecoder().decode(PacketFault.self, from: Data(text.utf8)) else {
      return nil
    }
    self = fault
  }
}

extension Undo {
  /// Removes the rules of an entry from the namespace in which they were made.
  ///
  /// They are gone already when the namespace is, and inert when their lease is over.
  static func removeRules(of entry: LedgerEntry) throws(FaultError) -> Reversal {
    guard let process = entry.target.process, let inode = entry.target.networkNamespace,
      process.isAlive
    else { return .runIsOver }
    do throws(ImpairmentError) {
      let namespace = try NetworkNamespace(ofProcess: process.pid)
      guard namespace.inode == inode else { return .runIsOver }
      let wereThere = try PacketRules.remove(entry.id, in: namespace)
      return wereThere ? .reverted(downSince: nil) : .notInForce
    } catch {
      if error.kind == .namespaceIsGone { return .runIsOver }
      throw FaultError(error)
    }
  }
}
