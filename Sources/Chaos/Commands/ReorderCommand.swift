import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos reorder`.
struct ReorderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Reorder.name,
    abstract: Reorder.summary,
    discussion: """
      Each of them is held back for 10 ms, and later ones overtake it. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions
  @OptionGroup var likelihood: LikelihoodOptions
  @OptionGroup var packets: PacketOptions

  mutating func run() throws {
    try inject(
      Reorder(likelihood.value, filter: packets.filter(), manner: packets.manner(options)),
      options)
  }
}
