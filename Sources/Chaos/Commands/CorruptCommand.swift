import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos corrupt`.
struct CorruptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Corrupt.name,
    abstract: Corrupt.summary,
    discussion: """
      Checksums notice the flipped bit, so that TCP sees a loss. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions
  @OptionGroup var likelihood: LikelihoodOptions
  @OptionGroup var packets: PacketOptions

  mutating func run() throws {
    try inject(
      Corrupt(likelihood.value, filter: packets.filter(), manner: packets.manner(options)),
      options)
  }
}
