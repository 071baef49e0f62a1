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
      With --shape all targets are one group, which is divided at random: isolate cuts one of them \
      off from all others, halves one half from the other, and bridge does so but for one that \
      reaches both. Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(
    help: ArgumentHelp(
      "Cut it off from these containers, addresses or CIDR blocks alone.", valueName: "peer"))
  var from: [String] = []

  @Flag(help: "Lose only what the target sends.")
  var oneWay = false

  @Option(help: "Divide the targets, drawn with --seed.")
  var shape: PartitionShape?

  mutating func validate() throws {
    if shape != nil, !from.isEmpty {
      throw ValidationError("'--shape' divides the targets themselves; leave '--from' out.")
    }
    guard shape == nil else { return }
    let lists = options.targets.map { Self.names(in: [$0]) }
    let own = Set(lists.first ?? [])
    if let shared = (lists.dropFirst().joined() + Self.names(in: from)).first(where: own.contains) {
      throw ValidationError(
        "A container cannot be cut off from itself; \(shared) is on both sides.")
    }
    guard options.targets.count > 1 else { return }
    guard options.targets.count == 2, from.isEmpty else {
      throw ValidationError(
        "Give two lists of names, such as 'a,b c,d', or one and '--from'; a blank ends a list.")
    }
  }

  mutating func run() throws {
    let lists = options.targets.map { Self.names(in: [$0]) }
    let sides = shape == nil ? 1 : lists.count
    let peers = lists.dropFirst(sides).joined() + Self.names(in: from)
    options.targets = Array(lists.prefix(sides).joined())
    let filter = PacketFilter(peers: Array(peers))
    try inject(Partition(isOneWay: oneWay, shape: shape, filter: filter), options)
  }

  /// The names of lists with commas.
  private static func names(in lists: [String]) -> [String] {
    lists.flatMap { $0.split(separator: ",").map(String.init) }
  }
}

extension PartitionShape: ExpressibleByArgument {}
