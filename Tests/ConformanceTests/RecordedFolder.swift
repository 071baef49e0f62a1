import ClusterModel
import Conformance
import FoundationEssentials
import LabTestSupport
import Reporting

/// The recordings of real balancers that lie with the tests.
enum RecordedFolder {
  static let path = BuiltProduct.packageFolder + "/Tests/Recordings/"

  /// The names of all recordings of balancers, without the ending.
  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
    .filter { $0.hasSuffix(".json") && !$0.hasPrefix("cfs-") }
    .map { String($0.dropLast(5)) }
    .sorted()

  static let reader = RecordingReader(strategies: StrategyCatalog.cards)

  static func file(_ name: String) -> String { path + name + ".json" }

  /// A recording as JSON, to be changed.
  static func document(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: try String(contentsOfFile: file(name), encoding: .utf8))
  }
}
