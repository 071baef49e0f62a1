import CommandLineParsing

/// The command `simlab`.
@main
struct SimulationLab: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "simlab",
    abstract: "Predict how a load balancer and its backends behave, by simulation.",
    version: version,
    subcommands: [
      Run.self, Compare.self, Sweep.self, Validate.self, Strategies.self, Conform.self, Schema.self,
    ])

  static func main() {
    endOnInterruption()
    main(nil)
  }
}
