import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos duplicate`.
struct DuplicateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Duplicate.name,
    abstract: Duplicate.summary,
    discussion: """
      A copy follows each of them at once. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions
  @OptionGroup var likelihood: LikelihoodOptions
  @OptionGroup var packets: PacketOptions

  mutating func run() throws {
    try inject(
      Duplicate(likelihood.value, filter: packets.filter(), manner: packets.manner(options)),
      options)
  }
}
