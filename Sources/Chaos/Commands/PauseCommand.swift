import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos pause`.
struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Pause.name,
    abstract: Pause.summary,
    discussion: """
      All of its processes stand still: connections to it are accepted, and nothing answers. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  mutating func run() throws {
    try inject(.pause, options)
  }
}
