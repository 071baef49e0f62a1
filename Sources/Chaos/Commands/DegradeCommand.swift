import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos degrade`.
struct DegradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Degrade.name,
    abstract: Degrade.summary,
    discussion: """
      A profile stands for a share of losses, a bandwidth, and a delay of what is sent. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(help: "The kind of network; always needed.")
  var profile: NetworkProfile?

  @OptionGroup var packets: PacketOptions

  mutating func validate() throws {
    guard profile != nil else {
      throw ValidationError("Give '--profile', such as '--profile 3g'.")
    }
  }

  mutating func run() throws {
    let manner = packets.manner(options)
    try inject(Degrade(profile ?? .wan, filter: packets.filter(), manner: manner), options)
  }
}

extension NetworkProfile: ExpressibleByArgument {}
