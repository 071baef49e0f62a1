import CommandLineParsing
import DockerEngine
import FaultInjection
import FoundationEssentials
import Glibc

/// The engine and the ledger that this process's environment points to.
enum Surroundings {
  /// The engine that answers.
  static func engine() throws(FaultError) -> Engine {
    do throws(EngineError) {
      return try Engine.find(in: ProcessInfo.processInfo.environment)
    } catch {
      throw FaultError(error)
    }
  }

  /// The ledger of this user.
  static func ledger() throws(FaultError) -> Ledger {
    try Ledger.standard(in: ProcessInfo.processInfo.environment, isRoot: geteuid() == 0)
  }
}

extension FaultError {
  /// The error as the end of a command: its sentence and its exit status.
  var asCommandFailure: CommandFailure {
    CommandFailure(description + (description.hasSuffix("?") ? "" : "."), exitCode: exitCode)
  }

  /// The exit status, from sysexits.h, or 128 and the signal's number as shells count it.
  var exitCode: ExitCode {
    switch kind {
    case .notUsable: ExitCode(65)
    case .engineUnreachable: ExitCode(69)
    case .failed: .internalFailure
    case .notPermitted: ExitCode(77)
    case .interrupted(let signal): ExitCode(128 + signal)
    }
  }
}

/// Runs a part of a command, and ends the command properly when it throws.
func endingCommand<Value>(_ part: () throws(FaultError) -> Value) throws(CommandFailure) -> Value {
  do throws(FaultError) {
    return try part()
  } catch {
    throw error.asCommandFailure
  }
}
