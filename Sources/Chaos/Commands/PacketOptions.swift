import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import FaultInjection

/// What all verbs take that change packets: which ones, and how.
struct PacketOptions: ParsableArguments {
  /// The ways to change packets that a person may insist on.
  enum Way: String, CaseIterable, ExpressibleByArgument {
    case filter, netem, queue
  }

  @Option(help: "Which way, seen from the target.")
  var direction: PacketFilter.Direction?

  @Option(
    help: ArgumentHelp(
      "Only to and from these containers, addresses or CIDR blocks.", valueName: "peer"))
  var peer: [String] = []

  @Option(help: ArgumentHelp("Only with this port at either end.", valueName: "number"))
  var port: Int?

  @Option(help: "Only this protocol.")
  var `protocol`: PacketFilter.TransportProtocol?

  @Option(help: "Insist on this way, in place of the best one that this machine has.")
  var via: Way?

  mutating func validate() throws {
    if let port, !(1...65535).contains(port) {
      throw ValidationError("The value of '--port' must be between 1 and 65535.")
    }
    if port != nil, `protocol` == .icmp {
      throw ValidationError("'--protocol icmp' has no ports; leave '--port' out.")
    }
    if peer.contains(where: \.isEmpty) {
      throw ValidationError("The value of '--peer' must not be empty.")
    }
  }

  /// Which packets are meant; commas separate peers as well.
  func filter(usually direction: PacketFilter.Direction = .egress) -> PacketFilter {
    PacketFilter(
      direction: self.direction ?? direction,
      peers: peer.flatMap { $0.split(separator: ",").map(String.init) }, port: port,
      transport: `protocol`)
  }

  /// How it is done; a seed that is given draws the same pattern of packets again.
  func manner(_ options: FaultOptions) -> PacketManner {
    PacketManner(via: via.flatMap { Mechanism(rawValue: $0.rawValue) }, seed: options.seed)
  }
}

extension PacketFilter.Direction: ExpressibleByArgument {}
extension PacketFilter.TransportProtocol: ExpressibleByArgument {}
extension PacketDelay.Shape: ExpressibleByArgument {}
