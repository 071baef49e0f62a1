import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos partition`.
struct PartitionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Partition.name,
    abstract: Partition.summary,
    discussion: """
      chaos partition a,b c,d lets nothing pass between the first list and the second. With one \
      list, nothing passes between each of its names and the peers, or anybody at all. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(
    help: ArgumentHelp(
      "Cut it off from these containers, addresses or CIDR blocks alone.", valueName: "peer"))
  var from: [String] = []

  @Flag(help: "Lose only what the target sends.")
  var oneWay = false

  mutating func validate() throws {
    guard options.targets.count > 1 else { return }
    guard options.targets.count == 2, from.isEmpty else {
      throw ValidationError(
        "Give two lists of names, such as 'a,b c,d', or one and '--from'; a blank ends a list.")
    }
  }

  mutating func run() throws {
    let lists = options.targets.map { Self.names(in: [$0]) }
    let peers = lists.dropFirst().joined() + Self.names(in: from)
    options.targets = lists.first ?? []
    try inject(Partition(isOneWay: oneWay, filter: PacketFilter(peers: Array(peers))), options)
  }

  /// The names of lists with commas.
  private static func names(in lists: [String]) -> [String] {
    lists.flatMap { $0.split(separator: ",").map(String.init) }
  }
}
