import CommandLineParsing
import FaultInjection

/// The hidden verb `chaos hold`, which a fault on packets starts for itself.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: PacketKeeper.verb,
    abstract: "Hold packets of a network namespace, until the fault is over.",
    shouldDisplay: false)

  @Argument(help: "The ledger's folder.")
  var folder: String

  @Argument(help: "The entry of the fault.")
  var id: String

  @Argument(help: "A process in the namespace.")
  var pid: Int

  @Argument(help: "The number of the namespace.")
  var namespace: Int

  @Argument(help: "The way in which packets are changed.")
  var way: String

  @Argument(help: "The fault, as JSON.")
  var fault: String

  mutating func run() throws {
    // Before anything else is opened: it lets go of all that was inherited.
    let readiness = Readiness()
    try endingCommand { () throws(FaultError) in
      let keeper = try PacketKeeper(
        ledger: Ledger(folder: folder), id: id, pid: Int32(truncatingIfNeeded: pid),
        inode: UInt64(truncatingIfNeeded: namespace), way: way, fault: fault)
      try keeper.keep(reportReady: readiness.report)
    }
  }
}
