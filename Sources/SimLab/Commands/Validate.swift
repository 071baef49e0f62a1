import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import ExperimentModel

/// `simlab validate`: a check of files, without a run.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check topologies and experiments and name every mistake at its place.")

  @Argument(help: "The topologies and experiments, YAML files.")
  var files: [String]

  mutating func run() throws {
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    var allAreValid = true
    for file in files {
      do {
        let topology = try decoder.decodeExperiment(contentsOf: file).topology
        try StandardOutput.write("\(file): valid, \(topology.extentText)\n")
      } catch let mistakes as Diagnostics {
        StandardError.write("\(mistakes)\n")
        allAreValid = false
      }
    }
    if !allAreValid { throw ExitCode.badInput }
  }
}

extension Topology {
  /// How large the topology is, in words.
  fileprivate var extentText: String {
    func counted(_ count: Int, _ noun: String) -> String {
      "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
    return counted(clients.count, "client group") + " and " + counted(backends.count, "backend")
  }
}
