import CommandLineParsing
import DockerEngine
import ExperimentModel
import FaultInjection

/// What all verbs that make a fault do, once they know which.
///
/// - Parameter remark: what there is to say about the target before anything happens to it.
func inject(
  _ fault: Fault, _ options: FaultOptions, remark: @escaping (Container) -> String? = { _ in nil }
) throws {
  let injector = try endingCommand { () throws(FaultError) in
    try FaultCatalog.injector(for: fault)
  }
  try inject(injector, options, remark: remark)
}

/// What all verbs do that make a fault of a kind that only the live world knows, or in a manner.
func inject(
  _ injector: any Injector, _ options: FaultOptions,
  remark: @escaping (Container) -> String? = { _ in nil }
) throws {
  var errors = ErrorStream(remark: remark)
  let world = try endingCommand { () throws(FaultError) in
    try Injection.World.live(engine: Surroundings.engine(), ledger: Surroundings.ledger())
  }
  if options.dryRun {
    let lines = try endingCommand { () throws(FaultError) in
      try Injection(injector, for: options.duration, on: options.target, in: world).dryRun()
    }
    return print(lines.joined(separator: "\n"))
  }
  let account = try endingCommand { () throws(FaultError) in
    let injection = Injection(
      injector, for: options.duration, on: options.target, in: world, notify: { errors.show($0) })
    return try injection.run()
  }
  print(account.sentence)
  if let signal = account.interruption { throw ExitCode(128 + signal) }
}
