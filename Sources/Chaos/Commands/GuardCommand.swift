import CommandLineParsing
import FaultInjection
import FoundationEssentials

/// The hidden verb `chaos guard`, which a fault starts for itself.
struct GuardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: SpawnedGuardian.verb,
    abstract: "Undo a fault on time if the process that made it does not.",
    shouldDisplay: false)

  @Argument(help: "The ledger's folder.")
  var folder: String

  @Argument(help: "The entry to stand guard over.")
  var id: String

  mutating func run() throws {
    let ledger = Ledger(folder: folder)
    let guardian = Guardian(
      over: id, ledger: ledger, healer: Healer(ledger: ledger), vigil: SystemVigil(),
      log: { ErrorStream.say("\(clockTime(Date())) \($0)") })
    try endingCommand { () throws(FaultError) in
      try guardian.stand(
        reportReady: Guardian.reportReady, awaitEntry: Guardian.awaitEntry)
    }
  }
}
