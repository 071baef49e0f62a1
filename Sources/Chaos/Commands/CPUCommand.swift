import CommandLineParsing
import ExperimentModel
import FaultInjection

/// The verb `chaos cpu`.
struct CPUCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: LimitCPU.name,
    abstract: LimitCPU.summary,
    discussion: """
      A limit is written into the container's control group; a load is a process of ours in that \
      group, so the container needs no tool. Without --for it lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(help: ArgumentHelp("Limit it to so many cores, such as 0.05.", valueName: "cores"))
  var cpus: Double?

  @Option(help: ArgumentHelp("Burn so many cores inside its limit.", valueName: "cores"))
  var burn: Double?

  mutating func validate() throws {
    guard (cpus == nil) != (burn == nil) else {
      throw ValidationError("Give '--cpus' or '--burn', one of them.")
    }
    for (name, value) in [("--cpus", cpus), ("--burn", burn)] {
      if let value, !(0.001...1024).contains(value) {
        throw ValidationError("The value of '\(name)' must be between 0.001 and 1024 cores.")
      }
    }
  }

  mutating func run() throws {
    try inject(cpus.map { .limitCPU(Cores($0)) } ?? .burnCPU(Cores(burn ?? 1)), options)
  }
}
