import CommandLineParsing
import FaultInjection

/// The hidden verb `chaos burn`, which a fault starts for itself.
struct BurnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Burner.verb,
    abstract: "Make competing load in a control group, until the fault is over.",
    shouldDisplay: false)

  @Argument(help: "The ledger's folder.")
  var folder: String

  @Argument(help: "The entry of the fault.")
  var id: String

  @Argument(help: "What is used up: cpu, memory, disk or writes.")
  var resource: String

  @Argument(help: "How many cores, or bytes.")
  var amount: String

  @Argument(help: "The folders of the control groups to join.")
  var groups: [String]

  mutating func run() throws {
    // Before anything else is opened: it lets go of all that was inherited.
    let readiness = Readiness()
    try endingCommand { () throws(FaultError) in
      let burner = try Burner(
        ledger: Ledger(folder: folder), id: id, resource: resource, amount: amount,
        groups: groups)
      try burner.run(reportReady: readiness.report)
    }
  }
}
