import ClusterModel
import ExperimentModel

/// What there is to say about a strategy: its card, and what it picks when it is run.
struct StrategyExplanation {
  private let card: StrategyCard

  init(_ card: StrategyCard) { self.card = card }

  /// The explanation for a terminal.
  var text: String {
    var lines = [card.name, "  \(card.summary)"]
    lines += wrapped("Of use \(card.whenToUse).", width: 94).map { "  \($0)" }
    lines.append("  Source: \(card.source)")
    if !card.aliases.isEmpty {
      lines.append("  Also named: \(card.aliases.joined(separator: ", "))")
    }
    for option in card.options {
      lines.append("  Option \(option.name): \(option.summary);")
      lines.append("    \(values(of: option.kind))")
    }
    lines.append("  Picks of backends a, b, c with weights 1, 2, 3:")
    let width = demonstrations.map(\.circumstance.count).max() ?? 0
    for (circumstance, picks) in demonstrations {
      let padding = String(repeating: " ", count: width - circumstance.count)
      lines.append("    \(circumstance)\(padding)  \(picks)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The explanation as a section of a page.
  private var section: String {
    var lines = ["## \(card.name)", "", sentence(card.summary), ""]
    lines += wrapped("Of use \(card.whenToUse).", width: 100)
    lines += ["", "Source: \(card.source)."]
    if !card.aliases.isEmpty {
      lines += ["", "Also named " + card.aliases.map { "`\($0)`" }.joined(separator: ", ") + "."]
    }
    if !card.options.isEmpty {
      lines += ["", "| option | what it changes | values |", "|---|---|---|"]
      lines += card.options.map {
        "| `\($0.name)` | \($0.summary) | \(values(of: $0.kind).replacing("|", with: "\\|")) |"
      }
    }
    lines += ["", "| requests | picks |", "|---|---|"]
    lines += demonstrations.map { "| \($0.circumstance) | `\($0.picks)` |" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// All strategies on one page.
  static var page: String {
    let head = """
      # Strategies

      Every strategy of the catalogue, from textbooks and from real programs. A name with a dot is
      that program's own rule; without one it is the textbook's, or that of the program after `like`
      where it has one of that name. The picks are made by running each strategy on its own, with
      backends a, b and c of weights 1, 2 and 3. This page is made by `simlab strategies --markdown`.

      """
    let sections = StrategyCatalog.cards.map { StrategyExplanation($0).section }
    return ([head] + sections).joined(separator: "\n")
  }

  /// What it picks in a few circumstances, a letter for each request.
  private var demonstrations: [(circumstance: String, picks: String)] {
    let weights = [1, 2, 3]
    return [
      ("one after the other", PickScript(weights: weights, requests: 18)),
      ("the last 6 outstanding", PickScript(weights: weights, requests: 18, outstanding: 6)),
      ("from 6 keys or clients in turn", PickScript(weights: weights, requests: 18, keys: 6)),
    ].map { circumstance, script in
      let places = script.picks(of: StrategyChoice(card.name))
      let letters = places.map { String(UnicodeScalar(UInt8(97 + $0))) }
      let groups = stride(from: 0, to: letters.count, by: 6).map {
        letters[$0..<min($0 + 6, letters.count)].joined()
      }
      return (circumstance, groups.joined(separator: " "))
    }
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

  /// A sentence in lines of at most so many characters.
  private func wrapped(_ sentence: String, width: Int) -> [String] {
    var lines = [""]
    for word in sentence.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// A summary with a capital letter and a full stop.
  private func sentence(_ summary: String) -> String {
    summary.prefix(1).uppercased() + summary.dropFirst() + "."
  }
}
