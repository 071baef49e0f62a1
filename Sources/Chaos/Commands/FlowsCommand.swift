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
    let report: FlowReport
    do throws(PacketFileError) {
      report = try FlowReport(reading: file, faults: phases())
    } catch {
      throw CommandFailure("\(error).", exitCode: ExitCode(65))
    }
    switch format {
    case .table: print(report.table(listsRequests: requests), terminator: "")
    case .json: print(report.json)
    case .csv: print(report.csv(listsRequests: requests), terminator: "")
    }
    for note in report.notes { ErrorStream.say(note) }
  }

  private func phases() throws(PacketFileError) -> FaultPhases {
    if let during { return FaultPhases([during]) }
    return try faults.map { path throws(PacketFileError) in try FaultPhases(ofRun: path) }
      ?? FaultPhases([])
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
