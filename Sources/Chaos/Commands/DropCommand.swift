import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos drop`.
struct DropCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Drop.name,
    abstract: Drop.summary,
    discussion: """
      The sender does not learn of a loss, as on a wire. Give --rate for losses that come one by \
      one, or --model for losses that come in bursts. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions
  @OptionGroup var loss: LossOptions
  @OptionGroup var packets: PacketOptions

  mutating func run() throws {
    try inject(
      Drop(loss.value, filter: packets.filter(), manner: packets.manner(options)), options)
  }
}
