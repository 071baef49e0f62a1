import CommandLineParsing
import DockerEngine
import ExperimentDecoding
import ExperimentModel
import FaultInjection

/// The verb `chaos kill`.
struct KillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Kill.name,
    abstract: Kill.summary)

  @Argument(help: "The container's name or identifier, or its Compose service.")
  var target: String

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Start it again after this long, such as 30s.", valueName: "duration"),
    transform: { try Duration(text: $0) })
  var duration: Duration?

  @Option(help: ArgumentHelp("Which signal to send.", valueName: "name"))
  var signal = "KILL"

  @Flag(help: "Never start it again.")
  var noRestart = false

  @Flag(help: "Show the calls that would be made, and change nothing.")
  var dryRun = false

  mutating func validate() throws {
    if let duration, duration <= .zero {
      throw ValidationError("The value of '--for' must be longer than 0.")
    }
    if duration != nil, noRestart {
      throw ValidationError("'--for' starts the container again and '--no-restart' does not.")
    }
    do throws(FaultError) {
      _ = try Kill(signal: signal)
    } catch {
      throw ValidationError("The value of '--signal' is invalid: \(error).")
    }
  }

  mutating func run() throws {
    let fault = Fault.kill(signal: signal, refuses: false)
    let isLeftToItself = duration == nil && !noRestart
    try inject(fault, for: duration, on: target, dryRun: dryRun) { container in
      isLeftToItself ? Self.remark(container) : nil
    }
  }

  /// What people expect of a kill without an end, and what the engine does instead.
  private static func remark(_ container: Container) -> String {
    let policy = ["", "no"].contains(container.restartPolicy) ? nil : container.restartPolicy
    let exception = policy.map { ", not even its restart policy \($0)" } ?? ""
    return "Without --for nothing starts \(container.name) again\(exception):"
      + " the engine counts a kill through its interface as a stop by hand."
  }
}
