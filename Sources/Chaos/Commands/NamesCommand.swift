import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos dns`.
struct NamesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: FailNames.name,
    abstract: FailNames.summary,
    discussion: """
      What the container sends to port 53 is lost, or led to a process of ours that answers it, \
      questions to the engine's own server inside the container too. Without --for it lasts until \
      Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(help: "What becomes of a question.")
  var mode = FailNames.Mode.timeout

  mutating func run() throws {
    try inject(FailNames(mode, filter: PacketFilter()), options)
  }
}

extension FailNames.Mode: ExpressibleByArgument {}
