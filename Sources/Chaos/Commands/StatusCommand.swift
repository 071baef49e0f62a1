import CommandLineParsing
import FaultInjection
import FoundationEssentials
import Reporting

/// The verb `chaos status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "List the faults that are in force.")

  @Option(help: "How to print them.")
  var format = ListFormat.table

  mutating func run() throws {
    let contents = try endingCommand { () throws(FaultError) in
      try Surroundings.ledger().contents()
    }
    switch format {
    case .table: print(table(contents.entries))
    case .json: print(try json(contents.entries))
    }
    for sentence in contents.unreadable { ErrorStream.say(sentence) }
    if !contents.unreadable.isEmpty { throw ExitCode(65) }
  }

  private func table(_ entries: [LedgerEntry]) -> String {
    guard !entries.isEmpty else { return "nothing is in force" }
    var rows = [["ID", "FAULT", "TARGET", "SINCE", "UNTIL", "GUARDED BY"]]
    for entry in entries {
      rows.append([
        entry.id, entry.fault, entry.target.name, clockTime(entry.since),
        entry.until.map(clockTime) ?? "Ctrl-C", keeper(of: entry),
      ])
    }
    return textTable(rows)
  }

  private func keeper(of entry: LedgerEntry) -> String {
    if let guardian = entry.guardian, guardian.isAlive { return "process \(guardian.pid)" }
    if entry.owner.isAlive { return "process \(entry.owner.pid)" }
    return "nobody: run chaos heal \(entry.id)"
  }

  private struct Row: Encodable {
    var id, fault, target, container, state, since: String
    var until, via: String?
    var parameters: [String: String]
    var guarded_by: [Int32]
  }

  private func json(_ entries: [LedgerEntry]) throws -> String {
    let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    let rows = entries.map { entry in
      Row(
        id: entry.id, fault: entry.fault, target: entry.target.name, container: entry.target.id,
        state: entry.state.rawValue, since: entry.since.formatted(time),
        until: entry.until?.formatted(time), via: entry.via?.rawValue,
        parameters: entry.parameters,
        guarded_by: [entry.owner, entry.guardian].compactMap { $0 }.filter(\.isAlive).map(\.pid))
    }
    return readableJSON(rows)
  }
}
