import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import FaultInjection

/// The verb `chaos fail`.
struct FailCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Fail.name,
    abstract: Fail.summary,
    discussion: """
      New connections are led to a process of ours, inside the container's network, which answers \
      one request and closes; the others, and those that are open already, are not touched. It \
      speaks HTTP/1 without encryption. Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(
    help: ArgumentHelp("Which share of the connections, such as 10%.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var rate: Ratio?

  @Option(help: ArgumentHelp("The status of the answer, 400 to 599.", valueName: "number"))
  var status = 503

  @Option(help: ArgumentHelp("Only connections to this port.", valueName: "number"))
  var port: Int?

  @Option(
    help: ArgumentHelp(
      "Only those from these containers, addresses or CIDR blocks.", valueName: "peer"))
  var peer: [String] = []

  mutating func validate() throws {
    guard let rate, rate.fraction > 0 else {
      throw ValidationError("Give '--rate', more than 0%, such as '--rate 10%'.")
    }
    guard (400...599).contains(status) else {
      throw ValidationError("The value of '--status' must be between 400 and 599.")
    }
    if let port, !(1...65535).contains(port) {
      throw ValidationError("The value of '--port' must be between 1 and 65535.")
    }
  }

  mutating func run() throws {
    let peers = peer.flatMap { $0.split(separator: ",").map(String.init) }
    let filter = PacketFilter(direction: .ingress, peers: peers, port: port, transport: .tcp)
    try inject(Fail(rate: rate ?? Ratio(1), status: status, filter: filter), options)
  }
}
