import CommandLineParsing
import DockerEngine
import ExperimentModel
import FaultInjection

/// The verb `chaos kill`.
struct KillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Kill.name,
    abstract: Kill.summary)

  @OptionGroup var options: FaultOptions

  @Option(help: ArgumentHelp("Which signal to send.", valueName: "name"))
  var signal = "KILL"

  @Flag(help: "Never start it again.")
  var noRestart = false

  mutating func validate() throws {
    if options.duration != nil, noRestart {
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
    let isLeftToItself = options.duration == nil && !noRestart
    try inject(fault, options) { container in
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
