import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos dns`.
struct NamesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: SilenceNames.name,
    abstract: SilenceNames.summary,
    discussion: """
      What the container sends to port 53 is lost, questions to the engine's own server inside \
      the container too. Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  mutating func run() throws {
    try inject(SilenceNames(filter: PacketFilter()), options)
  }
}
