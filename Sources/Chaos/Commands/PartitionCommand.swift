import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos partition`.
struct PartitionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Partition.name,
    abstract: Partition.summary,
    discussion: """
      Nothing passes between the target and its peers, whoever sends; without a peer nothing \
      passes at all. Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(
    help: ArgumentHelp(
      "Cut it off from these containers, addresses or CIDR blocks alone.", valueName: "peer"))
  var from: [String] = []

  @Flag(help: "Lose only what the target sends.")
  var oneWay = false

  mutating func run() throws {
    let peers = from.flatMap { $0.split(separator: ",").map(String.init) }
    try inject(Partition(isOneWay: oneWay, filter: PacketFilter(peers: peers)), options)
  }
}
