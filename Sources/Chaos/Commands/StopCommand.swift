import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos stop`.
struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Stop.name,
    abstract: Stop.summary,
    discussion: """
      Its process is asked to end, and killed after ten seconds. Without --for nothing starts it \
      again.
      """)

  @OptionGroup var options: FaultOptions

  mutating func run() throws {
    try inject(.stop, options)
  }
}
