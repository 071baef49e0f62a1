import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import PacketCapture

/// The verb `chaos flows`.
struct FlowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flows",
    abstract: "Show the connections and HTTP requests in a file of packets.",
    discussion: """
      The file is pcap or pcapng, from 'chaos capture', tcpdump, Wireshark or any other tool. \
      Retransmissions, out-of-order segments, duplicate acknowledgements and zero windows are \
      counted by Wireshark's rules. No privilege is needed.
      """)

  /// How the flows are printed.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, json, csv
  }

  @Argument(help: "The file of packets.")
  var file: String

  @Option(help: ArgumentHelp("How the flows are shown.", valueName: "format"))
  var format = Format.table

  @Flag(help: "Show a row for each request, not for each connection.")
  var requests = false

  @Option(
    help: ArgumentHelp(
      "Split by a fault from 10s to 40s after the first packet.", valueName: "10s..40s"),
    transform: { try window($0) })
  var during: ClosedRange<Double>?

  @Option(
    help: ArgumentHelp("Split by the faults in the JSON of 'chaos run'.", valueName: "file"))
  var faults: String?

  mutating func validate() throws {
    if during != nil, faults != nil { throw ValidationError("Give '--during' or '--faults'.") }
  }

  mutating func run() throws {
    let phases = try phases()
    let report: FlowReport
    do throws(PacketFileError) {
      report = try FlowReport(reading: file, faults: phases)
    } catch {
      throw error.asCommandFailure
    }
    switch format {
    case .table: print(report.table(listsRequests: requests), terminator: "")
    case .json: print(report.json)
    case .csv: print(report.csv(listsRequests: requests), terminator: "")
    }
    for note in report.notes { ErrorStream.say(note) }
  }

  /// When faults were in force, in seconds from the first packet.
  private func phases() throws -> FaultPhases {
    if let during { return FaultPhases([during]) }
    guard let faults else { return FaultPhases([]) }
    if faults.hasSuffix(".yaml") || faults.hasSuffix(".yml") { return try planned(in: faults) }
    do throws(PacketFileError) {
      return try FaultPhases(ofRun: faults)
    } catch {
      throw error.asCommandFailure
    }
  }

  /// The times that an experiment or a topology plans for its faults.
  private func planned(in path: String) throws -> FaultPhases {
    do throws(Diagnostics) {
      let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
      let topology = try decoder.decodeExperiment(contentsOf: path).topology
      let windows = FaultOccurrence.all(of: topology).map { fault in
        let from = fault.at.inSeconds
        return from...(fault.duration.map { from + $0.inSeconds } ?? .greatestFiniteMagnitude)
      }
      return FaultPhases(windows)
    } catch {
      ErrorStream.say("\(error)")
      throw ExitCode(65)
    }
  }

  private static func window(_ text: String) throws -> ClosedRange<Double> {
    let parts = text.split(separator: "..", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw ValidationError("it must be two times as 10s..40s") }
    let from = try Duration(text: String(parts[0])).inSeconds
    let until = try Duration(text: String(parts[1])).inSeconds
    guard from <= until else { throw ValidationError("it must not end before it begins") }
    return from...until
  }
}

extension PacketFileError {
  /// The error as the end of a command.
  fileprivate var asCommandFailure: CommandFailure {
    CommandFailure("\(self).", exitCode: ExitCode(65))
  }
}
