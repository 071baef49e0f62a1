import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import Reporting

/// `simlab schema`: the format of files as a JSON Schema.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of the file format, for editors.",
    discussion: """
      An editor that knows it completes keys and marks slips while one types:

          simlab schema > simlab.schema.json

      and then, as the first line of a file, for the YAML language server:

          # yaml-language-server: $schema=simlab.schema.json
      """)

  mutating func run() throws {
    try StandardOutput.write(
      readableJSON(FormatSchema(strategies: StrategyCatalog.cards)) + "\n")
  }
}
