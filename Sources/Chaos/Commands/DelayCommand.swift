import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import FaultInjection

/// The verb `chaos delay`.
struct DelayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Delay.name,
    abstract: Delay.summary,
    discussion: """
      Delays of several commands add up, and each ends alone. Nothing is needed in the container. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(
    help: ArgumentHelp("How much later, such as 100ms; always needed.", valueName: "duration"),
    transform: { try Duration(text: $0) })
  var by: Duration?

  @Option(
    help: ArgumentHelp("How far delays lie from that.", valueName: "duration"),
    transform: { try Duration(text: $0) })
  var jitter: Duration?

  @Option(
    help: ArgumentHelp("How much each delay follows the one before.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var correlation: Ratio?

  @Option(help: "The shape of the jitter.")
  var distribution = PacketDelay.Shape.uniform

  @OptionGroup var packets: PacketOptions

  mutating func validate() throws {
    guard let by else { throw ValidationError("Give '--by', such as '--by 100ms'.") }
    guard by > .zero || (jitter ?? .zero) > .zero else {
      throw ValidationError("The value of '--by' must be longer than 0.")
    }
    guard by <= .seconds(60), jitter ?? .zero <= .seconds(60) else {
      throw ValidationError("The values of '--by' and '--jitter' must be at most 60s.")
    }
    if jitter ?? .zero == .zero, correlation != nil || distribution != .uniform {
      throw ValidationError("'--correlation' and '--distribution' need '--jitter'.")
    }
  }

  mutating func run() throws {
    let delay = PacketDelay(
      by: by ?? .zero, jitter: jitter ?? .zero, correlation: correlation ?? Ratio(0),
      distribution: distribution)
    try inject(Delay(delay, filter: packets.filter(), manner: packets.manner(options)), options)
  }
}
