import ExperimentModel
import SimulationEngine

/// Every strategy that a file can name.
///
/// A new one is a file in `Strategies/` and a line here.
public enum StrategyCatalog {
  static let entries: [StrategyEntry] = [
    StrategyEntry(RoundRobin.self),
    StrategyEntry(SmoothTurns<WeightedRoundRobin>.self),
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
    StrategyEntry(LeastLoad<C3>.self),
    StrategyEntry(SmoothTurns<NginxWeightedRoundRobin>.self),
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
    StrategyEntry(HAProxyHashed<HAProxySource>.self),
    StrategyEntry(HAProxyHashed<HAProxyURI>.self),
    StrategyEntry(HAProxyHashed<HAProxyHeader>.self),
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

  /// The strategy that was chosen, for a balancer that has just started.
  ///
  /// A strategy that the catalogue does not have is a programming error.
  ///
  /// - Parameter number: that of the balancer, each of which draws for itself.
  static func make(
    _ choice: StrategyChoice, upstream: borrowing Upstream, seed: UInt64, number: Int = 0
  ) -> AnyStrategy {
    guard let entry = entries.first(where: { $0.card.name == choice.name }) else {
      preconditionFailure("the catalogue has no strategy \(choice.name)")
    }
    let randomness = RandomStream(
      seed: seed, purpose: number == 0 ? "routing" : "routing of balancer \(number)")
    return entry.make(upstream, choice.options, randomness)
  }
}

/// A strategy of the catalogue: its card, and how one is made.
struct StrategyEntry: Sendable {
  let card: StrategyCard
  let make: @Sendable (borrowing Upstream, [String: OptionValue], RandomStream) -> AnyStrategy

  /// Here the concrete type is named, so that its calls are compiled for it alone.
  init<S: Strategy & ~Copyable>(_: S.Type) {
    card = S.card
    make = { upstream, options, randomness in
      AnyStrategy(S.self, upstream: upstream, options: options, randomness: randomness)
    }
  }
}
