import ClusterModel
import ExperimentModel

/// What a pick costs, alone: no clients, no network, no statistics.
///
/// As many requests as there are backends are outstanding, and each has one of a thousand keys. A
/// pick is counted with what the strategy does when its request begins and ends.
@main
enum PickBenchmark {
  private static let sizes = [10, 100, 1_000, 10_000]
  private static let rounds = 5

  static func main() {
    let names = CommandLine.arguments.dropFirst()
    let chosen = StrategyCatalog.cards.map(\.name).filter { names.isEmpty || names.contains($0) }
    let heading = sizes.map { padded("\($0)", to: 9) }.joined()
    print("ns a pick among".padded(to: 28) + heading + "     most ÷ least")
    for name in chosen {
      let costs = sizes.map { cost(of: name, backends: $0) }
      let tenths = Int((10 * (costs.max() ?? 0) / max(costs.min() ?? 1, 0.1)).rounded())
      print(
        name.padded(to: 28) + costs.map { padded("\(Int($0.rounded()))", to: 9) }.joined()
          + padded("\(tenths / 10).\(tenths % 10)", to: 17))
    }
  }

  /// The nanoseconds of one pick: what a long script takes more than a short one, the least of
  /// several rounds.
  private static func cost(of name: String, backends: Int) -> Double {
    let (few, many) = (2 * backends, 2 * backends + 200_000)
    let spans = (0..<rounds).map { _ in
      seconds(of: name, backends, requests: many) - seconds(of: name, backends, requests: few)
    }
    return max(0, spans.min() ?? 0) * 1e9 / Double(many - few)
  }

  private static func seconds(of name: String, _ backends: Int, requests: Int) -> Double {
    let script = PickScript(
      weights: Array(repeating: 1, count: backends), requests: requests, outstanding: backends,
      keys: 1_000)
    let span = ContinuousClock().measure { _ = script.picks(of: StrategyChoice(name)) }
    return Double(span.components.seconds) + Double(span.components.attoseconds) / 1e18
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
