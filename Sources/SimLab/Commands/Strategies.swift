import ClusterModel
import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import Reporting

/// `simlab strategies`: the catalogue of balancing strategies.
struct Strategies: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the balancing strategies, or explain one.")

  @Argument(help: "The strategy to explain; all are listed when it is left out.")
  var name: String?

  @Flag(help: "Explain all of them as a page of Markdown: Docs/Strategies.md.")
  var markdown = false

  mutating func validate() throws {
    if markdown, name != nil { throw ValidationError("--markdown explains all strategies.") }
  }

  mutating func run() throws {
    if markdown { return try StandardOutput.write(StrategyExplanation.page) }
    guard let name else { return try StandardOutput.write(list) }
    var cards = StrategyCatalog.cards.filter { $0.name == name || $0.name.hasSuffix(".\(name)") }
    if cards.isEmpty {
      // A name that nobody has is refused with those that are there.
      cards = try [card(named: name)]
    }
    let explanations = cards.map { StrategyExplanation($0).text }
    try StandardOutput.write(explanations.joined(separator: "\n"))
  }

  private var list: String {
    var table = TextTable(columns: [
      .init("Strategy", alignment: .left), .init("What it picks", alignment: .left),
    ])
    for card in StrategyCatalog.cards { table.append([card.name, card.summary]) }
    return table.lines(width: 100).joined(separator: "\n") + "\n"
  }

  private func card(named name: String) throws -> StrategyCard {
    let decoder = TopologyDecoder(strategies: StrategyCatalog.cards)
    do throws(StrategyRefusal) {
      let choice = try decoder.resolveStrategy(name, like: .ideal)
      guard let card = StrategyCatalog.cards.first(where: { $0.name == choice.name }) else {
        preconditionFailure("what the catalogue's names resolve to is in the catalogue")
      }
      return card
    } catch {
      throw ValidationError(sentence(error.message))
    }
  }
}
