import CommandLineParsing
import ExperimentDecoding

/// What all verbs that make a fault take.
struct FaultOptions: ParsableArguments {
  @Argument(help: "The container's name or identifier, or its Compose service.")
  var target: String

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Undo it after this long, such as 30s.", valueName: "duration"),
    transform: { try Duration(text: $0) })
  var duration: Duration?

  @Flag(help: "Show what would be done, and change nothing.")
  var dryRun = false

  mutating func validate() throws {
    if let duration, duration <= .zero {
      throw ValidationError("The value of '--for' must be longer than 0.")
    }
  }
}
