import CommandLineParsing
import DockerEngine
import ExperimentModel
import FaultInjection

/// What all verbs that make a fault do, once they know which.
///
/// - Parameter remark: what there is to say about a target before anything happens to it.
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
  let seed = options.seed ?? UInt64.random(in: 0...0xffff_ffff)
  var order = Recurrence.Order(injector, at: options.aim)
  order.duration = options.duration
  order.every = options.every
  order.times = options.times
  order.onRestart = options.onRestart
  let recurrence = try endingCommand { () throws(FaultError) in
    Recurrence(
      order, seed: seed,
      in: .live(engine: try Surroundings.engine(), ledger: try Surroundings.ledger()))
  }
  if options.any != nil, options.seed == nil {
    ErrorStream.say("Drawn with --seed \(seed), which draws the same ones again.")
  }
  if options.dryRun {
    let lines = try endingCommand { () throws(FaultError) in
      try recurrence.dryRun(sparing: ErrorStream.sayWhoIsSpared)
    }
    return print(lines.joined(separator: "\n"))
  }
  let packets = try options.capture.map {
    try FaultCapture(
      of: injector, to: $0, at: options.aim, drawnFrom: Draws(seed: seed),
      of: endingCommand(Surroundings.engine))
  }
  defer { packets?.stop() }
  var failure: CommandFailure?
  let signal = try endingCommand { () throws(FaultError) in
    try recurrence.run(
      notify: {
        packets?.note($0)
        errors.show($0)
      }, sparing: ErrorStream.sayWhoIsSpared,
      report: { failure = tell($0) ?? failure })
  }
  try packets?.end()
  // Who interrupts it has to learn what could not be undone.
  if let failure { throw failure }
  if let signal { throw ExitCode(128 + signal) }
}

/// Prints what came of a fault at each target; returns the last failure, which ends the command.
private func tell(_ results: [Result<Account, FaultError>]) -> CommandFailure? {
  var failures: [FaultError] = []
  for result in results {
    switch result {
    case .success(let account): print(account.sentence)
    case .failure(let error): failures.append(error)
    }
  }
  for error in failures.dropLast() { ErrorStream.say("\(error)") }
  return failures.last?.asCommandFailure
}
