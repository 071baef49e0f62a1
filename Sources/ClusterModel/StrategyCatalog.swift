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
    StrategyEntry(LeastLoad<LeastConnections>.self),
    StrategyEntry(LeastLoad<WeightedLeastConnections>.self),
    StrategyEntry(LeastLoad<JoinShortestQueue>.self),
    StrategyEntry(PowerOfTwo.self),
    StrategyEntry(JoinIdleQueue.self),
    StrategyEntry(LeastLoad<LeastResponseTime>.self),
    StrategyEntry(PeakEWMA.self),
    StrategyEntry(IPHash.self),
    StrategyEntry(ConsistentHash.self),
    StrategyEntry(BoundedLoadHash.self),
    StrategyEntry(RingHash.self),
    StrategyEntry(Maglev.self),
    StrategyEntry(LeastLoad<ShortestExpectedDelay>.self),
    StrategyEntry(LeastLoad<NeverQueue>.self),
    StrategyEntry(Prequal.self),
    StrategyEntry(C3.self),
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
    StrategyEntry(EnvoyPriorities<EnvoyRoundRobin>.self),
    StrategyEntry(EnvoyPriorities<EnvoyLeastRequest>.self),
    StrategyEntry(EnvoyPriorities<EnvoyRandom>.self),
    StrategyEntry(EnvoyPriorities<EnvoyRingHash>.self),
    StrategyEntry(EnvoyPriorities<EnvoyMaglev>.self),
    StrategyEntry(IPVSRoundRobin.self),
    StrategyEntry(IPVSWeightedRoundRobin.self),
    StrategyEntry(IPVSLeastConnection.self),
    StrategyEntry(IPVSWeightedLeastConnection.self),
    StrategyEntry(IPVSShortestExpectedDelay.self),
    StrategyEntry(IPVSNeverQueue.self),
    StrategyEntry(IPVSSourceHash.self),
    StrategyEntry(IPVSDestinationHash.self),
    StrategyEntry(IPVSMaglev.self),
    StrategyEntry(IPVSTwoChoices.self),
    StrategyEntry(FinagleP2C.self),
    StrategyEntry(FinagleEWMA.self),
    StrategyEntry(FinagleAperture.self),
    StrategyEntry(FinagleHeap.self),
    StrategyEntry(FinagleRoundRobin.self),
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
