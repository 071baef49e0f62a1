import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import FaultInjection

/// The verb `chaos throttle`.
struct ThrottleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Throttle.name,
    abstract: Throttle.summary,
    discussion: """
      Up to 1000 packets wait for their turn; more are lost. Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(
    help: ArgumentHelp(
      "How much leaves in a second, such as 1Mbit/s; always needed.", valueName: "bandwidth"),
    transform: { try Bandwidth(text: $0) })
  var bandwidth: Bandwidth?

  @OptionGroup var packets: PacketOptions

  mutating func validate() throws {
    guard bandwidth != nil else {
      throw ValidationError("Give '--bandwidth', such as '--bandwidth 1Mbit/s'.")
    }
  }

  mutating func run() throws {
    let bandwidth = bandwidth ?? Bandwidth(bitsPerSecond: 1e6)
    try inject(Throttle(bandwidth, filter: packets.filter(), manner: packets.manner(options)), options)
  }
}
