import CommandLineParsing
import ExperimentDecoding
import FaultInjection

/// What all verbs that make a fault take.
struct FaultOptions: ParsableArguments {
  @Argument(help: "Names or identifiers of containers, or Compose services.")
  var targets: [String] = []

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Undo it after this long, such as 30s.", valueName: "duration"),
    transform: { try Duration(text: $0) })
  var duration: Duration?

  @Option(help: ArgumentHelp("Aim at names such as 'back-*'.", valueName: "pattern"))
  var pattern: String?

  @Option(help: ArgumentHelp("Aim at a label, KEY or KEY=VALUE.", valueName: "label"))
  var label: [String] = []

  @Option(help: ArgumentHelp("Aim at a Compose project.", valueName: "name"))
  var project: String?

  @Option(
    help: ArgumentHelp("Never hit these names or services, such as 'db-*'.", valueName: "pattern"))
  var exclude: [String] = []

  @Option(help: ArgumentHelp("Hit so many of them, drawn at random.", valueName: "number"))
  var any: Int?

  @Option(help: ArgumentHelp("Draw the same targets and packets again.", valueName: "number"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Refuse to hit more at once.", valueName: "number"))
  var maxTargets = Aim.usualMost

  @Option(
    help: ArgumentHelp("Do it again this long after each beginning.", valueName: "duration"),
    transform: { try Duration(text: $0) })
  var every: Duration?

  @Option(help: ArgumentHelp("Do it so often; without it until Ctrl-C.", valueName: "number"))
  var times: Int?

  @Option(help: "Make it again in a container that starts anew, or end it.")
  var onRestart = OnRestart.follow

  @Option(
    help: ArgumentHelp("Keep the targets' packets meanwhile in this file.", valueName: "file"))
  var capture: String?

  @Flag(help: "Show what would be done, and change nothing.")
  var dryRun = false

  /// Whom it aims at.
  var aim: Aim {
    var aim = Aim(at: targets)
    aim.pattern = pattern
    aim.labels = label
    aim.project = project
    aim.excluded = exclude
    aim.any = any
    aim.most = maxTargets
    return aim
  }

  mutating func validate() throws {
    for (name, value) in [("--for", duration), ("--every", every)] {
      if let value, value <= .zero {
        throw ValidationError("The value of '\(name)' must be longer than 0.")
      }
    }
    for (name, value) in [("--any", any), ("--max-targets", maxTargets), ("--times", times)] {
      if let value, value < 1 { throw ValidationError("The value of '\(name)' must be 1 or more.") }
    }
    guard !aim.isEmpty else {
      throw ValidationError("Name a target, or aim with '--pattern', '--label' or '--project'.")
    }
    if times != nil, every == nil {
      throw ValidationError("'--times' needs '--every', the time between two beginnings.")
    }
    guard let every else { return }
    guard let duration, duration <= every else {
      throw ValidationError("'--every' needs '--for', and that no longer than '--every'.")
    }
  }
}

extension OnRestart: ExpressibleByArgument {}
