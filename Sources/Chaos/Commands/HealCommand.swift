import CommandLineParsing
import FaultInjection

/// The verb `chaos heal`.
struct HealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "heal",
    abstract: "Undo faults now that are in force, whoever made them.",
    discussion: """
      It needs no process that is still alive: it undoes what the ledger says, after a crash or a \
      restart of the machine as well. Doing it twice does no harm.
      """)

  @Argument(help: "Which fault, or all on which container; may be left out when there is one.")
  var id: String?

  @Flag(help: "Undo every fault.")
  var all = false

  mutating func validate() throws {
    if id != nil, all { throw ValidationError("Give an ID or '--all', not both.") }
  }

  mutating func run() throws {
    let ledger = try endingCommand { () throws(FaultError) in try Surroundings.ledger() }
    let contents = try endingCommand { () throws(FaultError) in try ledger.contents() }
    let chosen = try choose(among: contents)
    let healer = Healer(ledger: ledger)
    var failure: CommandFailure?
    for entry in chosen {
      do throws(FaultError) {
        print("\(entry.id): \(try healer.healAndVerify(entry))")
      } catch {
        ErrorStream.say("\(entry.id): \(error)")
        failure = failure ?? error.asCommandFailure
      }
    }
    for sentence in contents.unreadable { ErrorStream.say(sentence) }
    if let failure { throw failure.exitCode }
    if !contents.unreadable.isEmpty { throw ExitCode(65) }
  }

  private func choose(among contents: Ledger.Contents) throws -> [LedgerEntry] {
    let entries = contents.entries
    if let id {
      let chosen = entries.filter { $0.id == id || $0.target.name == id }
      guard chosen.isEmpty else { return chosen }
      let known = entries.map(\.id).joined(separator: ", ")
      throw CommandFailure(
        "No fault \(id) is in force"
          + (known.isEmpty ? "." : "; in force are \(known)."), exitCode: ExitCode(65))
    }
    if entries.isEmpty, contents.unreadable.isEmpty { print("nothing is in force") }
    guard all || entries.count < 2 else {
      throw ValidationError(
        "Several faults are in force (\(entries.map(\.id).joined(separator: ", ")));"
          + " give one of them, or '--all'.")
    }
    return entries
  }
}
