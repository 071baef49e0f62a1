import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos drop`.
struct DropCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Drop.name,
    abstract: Drop.summary,
    discussion: """
      The sender does not learn of a loss, as on a wire. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions
  @OptionGroup var likelihood: LikelihoodOptions
  @OptionGroup var packets: PacketOptions

  mutating func run() throws {
    try inject(
      Drop(.random(likelihood.value), filter: packets.filter(), manner: packets.manner(options)),
      options)
  }
}
