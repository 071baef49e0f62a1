import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verbs `chaos duplicate`, `chaos corrupt` and `chaos reorder`.
struct RandomImpairmentCommand<Kind: ImpairmentByChance>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Kind.name,
      abstract: Kind.summary,
      discussion: "\(Kind.discussion) Without --for it lasts until Ctrl-C.")
  }

  @OptionGroup var options: FaultOptions
  @OptionGroup var likelihood: LikelihoodOptions
  @OptionGroup var packets: PacketOptions

  mutating func run() throws {
    let (filter, manner) = (packets.filter(), packets.manner(options))
    try inject(RandomImpairment<Kind>(likelihood.value, filter: filter, manner: manner), options)
  }
}
