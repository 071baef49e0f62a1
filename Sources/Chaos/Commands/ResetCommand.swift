import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos reset`.
struct ResetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Reset.name,
    abstract: Reset.summary,
    discussion: """
      A connection is reset as soon as either end sends on it, and new ones are refused. \
      Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions
  @OptionGroup var packets: PacketOptions

  mutating func validate() throws {
    if let transport = packets.protocol, transport != .tcp {
      throw ValidationError("Only TCP has connections that can be reset.")
    }
  }

  mutating func run() throws {
    try inject(Reset(filter: packets.filter(usually: .both), manner: packets.manner(options)), options)
  }
}
