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

  mutating func run() throws {
    guard let name else { return try StandardOutput.write(list) }
    var cards = StrategyCatalog.cards.filter { $0.name == name || $0.name.hasSuffix(".\(name)") }
    if cards.isEmpty {
      // A name that nobody has is refused with those that are there.
      cards = try [card(named: name)]
    }
    try StandardOutput.write(cards.map(explanation).joined(separator: "\n"))
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

  private func explanation(of card: StrategyCard) -> String {
    var lines = [card.name, "  \(card.summary)", "  Source: \(card.source)"]
    if !card.aliases.isEmpty {
      lines.append("  Also named: \(card.aliases.joined(separator: ", "))")
    }
    for option in card.options {
      lines.append("  Option \(option.name): \(option.summary);")
      lines.append("    \(values(of: option.kind))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func values(of kind: StrategyOption.Kind) -> String {
    switch kind {
    case .number(let standard, let range, let isWhole):
      "\(isWhole ? "a whole number" : "a number") from \(plain(range.lowerBound)) "
        + "to \(plain(range.upperBound)), \(plain(standard)) when left out"
    case .word(let standard, let words):
      "\(words.joined(separator: " | ")), \(standard) when left out"
    }
  }

  /// A number without the decimals of a whole one.
  private func plain(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }
}
