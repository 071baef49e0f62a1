import FoundationEssentials
import Reporting

extension FaultPhases {
  /// Reads when faults were in force from what `chaos run --format json` printed.
  ///
  /// - Throws: one sentence when the file is something else.
  public init(ofRun path: String) throws(PacketFileError) {
    struct Run: Decodable {
      struct Fault: Decodable {
        var from_s: Double?
        var until_s: Double?
      }
      var started: String?
      var faults: [Fault]
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw PacketFileError(
        file: path, offset: nil, reason: "the file cannot be read; name the JSON of a run")
    }
    guard let run = try? JSONDecoder().decode(Run.self, from: data) else {
      throw PacketFileError(
        file: path, offset: nil,
        reason: "this is not what chaos run --format json prints: it has no faults with from_s"
          + " and until_s")
    }
    // A fault without an end was in force until the end of the capture.
    let made = run.faults.compactMap { fault in
      fault.from_s.map { $0...max($0, fault.until_s ?? .greatestFiniteMagnitude) }
    }
    self.init(made, countedFrom: run.started.flatMap(RFC3339.nanoseconds))
  }
}
