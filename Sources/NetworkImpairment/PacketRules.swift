import ExperimentModel
import Glibc

/// The rules of one fault in one network namespace: made, put in force for a while, and removed.
///
/// ```
/// make ─► (a holder connects its queue) ─► renew(for:) … renew(for:) ─► remove
/// ```
/// Nothing is in force before the first lease. A lease ends by itself: the kernel lets go when its
/// time is over, whoever is alive. Nothing that does not carry our prefix is ever changed.
public struct PacketRules: Sendable {
  /// What is done to which packets.
  public let fault: PacketFault
  /// The way in which it is done.
  public let way: PacketWay

  /// Makes the rules of a fault, as a value; no kernel is touched.
  public init(_ fault: PacketFault, way: PacketWay) {
    self.fault = fault
    self.way = way
  }

  /// The packet filter's part.
  ///
  /// - Parameter stage: the emulator's stage, which has a mark; nil on other ways.
  private func table(stage: Int? = nil) -> FilterTable {
    var table = FilterTable(fault: fault)
    if way == .queue, case .impair(.duplicate) = fault.deed {
      table.exemptMark = PacketHolder.mark(of: fault.id)
    }
    table.emulatorMark = stage.map(EmulatorTree.mark(ofStage:))
    return table
  }

  /// The emulator's part; nil where another way is gone.
  private var tree: EmulatorTree? {
    guard way == .netem else { return nil }
    return EmulatorTree(
      id: fault.id, options: NetemOptions(impairments: fault.impairments, seed: fault.seed))
  }

  /// The rules to queues, as `nft` would write them: to a holder, or to the one that nobody reads.
  private var queueRules: [(chain: FilterTable.Destination, number: UInt16, bypass: Bool)] {
    switch way {
    case .queue:
      return table().destinations.map { ($0, PacketHolder.queueNumber(of: fault.id), true) }
    case .filter where table().losesWhatIsSent:
      return [(.sent, FilterTable.deadEnd, false)]
    case .filter, .netem:
      return []
    }
  }

  /// What is said to the kernel, line by line, as it is said.
  public func plan(for span: Duration) -> [String] {
    let table = self.table(stage: tree == nil ? nil : 0)
    let queues = queueRules.map {
      FilterSocket.line(
        table: table.name, chain: $0.chain.rawValue, queue: $0.number, bypass: $0.bypass)
    }
    return (tree?.plan ?? []) + table.creation(way: way) + queues
      + FilterTable.lease(fault.id, for: span)
  }

  /// The line that undoes it.
  public static func removal(of id: String) -> String { FilterTable.removal(id) }

  /// Makes the rules; they change nothing yet.
  ///
  /// - Throws: one sentence; then there are none.
  public func make(in namespace: NetworkNamespace) throws(ImpairmentError) {
    let table = self.table(stage: try tree?.make(in: namespace))
    do throws(ImpairmentError) {
      try FilterProgram.run(table.creation(way: way), in: namespace)
    } catch {
      _ = try? Self.remove(fault.id, in: namespace)
      throw error
    }
    guard way == .filter else { return }
    do throws(ImpairmentError) {
      for rule in queueRules {
        try FilterSocket(in: namespace).appendQueue(
          table: table.name, chain: rule.chain.rawValue, queue: rule.number, bypass: rule.bypass)
      }
    } catch {
      guard error.kind == .notSupported else {
        _ = try? Self.remove(fault.id, in: namespace)
        throw error
      }
      // Without queues the sender is told of the loss, which is better than no loss.
      try FilterProgram.run(
        ["add rule \(FilterTable.family) \(table.name) sent drop"], in: namespace)
    }
  }

  /// Puts the rules in force for so long from now, or makes them last until then.
  public static func renew(
    _ id: String, for span: Duration, in namespace: NetworkNamespace
  ) throws(ImpairmentError) {
    try FilterProgram.run(FilterTable.lease(id, for: span), in: namespace)
  }

  /// Removes the rules of a fault; returns whether there were any.
  @discardableResult
  public static func remove(
    _ id: String, in namespace: NetworkNamespace
  ) throws(ImpairmentError) -> Bool {
    let hasTable = try isThere(id, in: namespace)
    if hasTable {
      do throws(ImpairmentError) {
        try FilterProgram.run([FilterTable.removal(id)], in: namespace)
      } catch {
        // Somebody else may have removed it in this very moment.
        if try isThere(id, in: namespace) { throw error }
      }
    }
    return try EmulatorTree.remove(id, in: namespace) || hasTable
  }

  /// Whether a fault has rules in a namespace.
  public static func isThere(
    _ id: String, in namespace: NetworkNamespace
  ) throws(ImpairmentError) -> Bool {
    try FilterSocket(in: namespace).tables().contains(FilterTable.name(of: id))
  }

  /// Stays until the rules of a fault are gone, for one who only makes their lease longer.
  public static func stay(
    with id: String, in namespace: NetworkNamespace, atEachGlance: (UInt64) -> Void
  ) throws(ImpairmentError) {
    let filter = try FilterSocket(in: namespace)
    repeat {
      atEachGlance(PacketHolder.now)
      usleep(UInt32(PacketHolder.glance / 1000))
    } while try filter.tables().contains(FilterTable.name(of: id))
  }
}
