import CommandLineParsing
import DockerEngine
import ExperimentModel
import FaultInjection

/// What all verbs that make a fault do, once they know which.
///
/// - Parameter remark: what there is to say about the target before anything happens to it.
func inject(
  _ fault: Fault, for duration: Duration?, on target: String, dryRun: Bool,
  remark: @escaping (Container) -> String? = { _ in nil }
) throws {
  var errors = ErrorStream(remark: remark)
  if dryRun {
    let lines = try endingCommand { () throws(FaultError) in
      let world = try Injection.World.live(
        engine: Surroundings.engine(), ledger: Surroundings.ledger())
      var injection = try Injection(fault, for: duration, on: target, in: world)
      return try injection.plan()
    }
    return print(lines.joined(separator: "\n"))
  }
  let account = try endingCommand { () throws(FaultError) in
    let world = try Injection.World.live(
      engine: Surroundings.engine(), ledger: Surroundings.ledger())
    var injection = try Injection(fault, for: duration, on: target, in: world) { errors.show($0) }
    return try injection.run()
  }
  print(account.sentence)
  if let signal = account.interruption { throw ExitCode(128 + signal) }
}
