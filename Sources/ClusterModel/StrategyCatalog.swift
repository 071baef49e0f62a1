import ExperimentModel

/// Every strategy that a file can name.
///
/// A new one is a file in `Strategies/` and a line here.
public enum StrategyCatalog {
  static let entries: [StrategyEntry] = [
    StrategyEntry(RoundRobin.self),
    StrategyEntry(WeightedRoundRobin.self),
    StrategyEntry(Random.self),
    StrategyEntry(WeightedRandom.self),
    StrategyEntry(LeastConnections.self),
    StrategyEntry(PowerOfTwo.self),
    StrategyEntry(NginxWeightedRoundRobin.self),
    StrategyEntry(NginxLeastConnections.self),
    StrategyEntry(NginxLeastTime.self),
    StrategyEntry(NginxRandom.self),
    StrategyEntry(NginxRandomTwo.self),
    StrategyEntry(NginxIPHash.self),
    StrategyEntry(NginxHash.self),
    StrategyEntry(NginxConsistentHash.self),
    StrategyEntry(HAProxyRoundRobin.self),
    StrategyEntry(HAProxyStaticRoundRobin.self),
    StrategyEntry(HAProxyLeastConnections.self),
    StrategyEntry(HAProxyFirst.self),
    StrategyEntry(HAProxySource.self),
    StrategyEntry(HAProxyURI.self),
    StrategyEntry(HAProxyHeader.self),
    StrategyEntry(HAProxyRandom.self),
  ]

  /// What is known about each strategy.
  public static var cards: [StrategyCard] { entries.map(\.card) }

  static subscript(name: String) -> StrategyEntry? { entries.first { $0.card.name == name } }
}

/// A strategy of the catalogue: its card, and a simulation compiled for it alone.
struct StrategyEntry: Sendable {
  let card: StrategyCard
  let simulate: @Sendable (Topology, (Double) -> Void) -> RunResult
  let picks: @Sendable (PickScript, StrategyChoice) -> [Int]
  let outcomes: @Sendable (BalancerScript) -> [StepOutcome]

  /// Here the concrete type is named, so that the whole run is specialised for it.
  init<S: Strategy & ~Copyable>(_: S.Type) {
    card = S.card
    simulate = { topology, progress in
      var cluster = Cluster<S>(topology)
      return cluster.run(progress: progress)
    }
    picks = { script, choice in script.play(S.self, choice) }
    outcomes = { script in script.play(S.self) }
  }
}
