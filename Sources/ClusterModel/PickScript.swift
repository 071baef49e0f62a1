import ExperimentModel
import SimulationEngine

/// A strategy on its own, without a cluster around it: what it picks, request by request.
///
/// It explains a strategy by running it, and the tests shared by all strategies are made of it.
public struct PickScript: Sendable {
  /// The configured weights, one for each backend.
  public var weights: [Int]
  /// How many requests are picked for.
  public var requests: Int
  /// How many of the requests sent last are still outstanding at any time; 0 ends each at once.
  public var outstanding: Int
  /// The seed of whatever the strategy draws.
  public var seed: UInt64
  /// How many keys, and networks of clients, the requests have in turn; 0 for none at all.
  public var keys: Int

  /// Makes a script.
  public init(
    weights: [Int], requests: Int, outstanding: Int = 0, seed: UInt64 = 1, keys: Int = 0
  ) {
    self.weights = weights
    self.requests = requests
    self.outstanding = outstanding
    self.seed = seed
    self.keys = keys
  }

  /// The places of the backends that a strategy of the catalogue picks, in order.
  ///
  /// A strategy that the catalogue does not have is a programming error.
  public func picks(of strategy: StrategyChoice) -> [Int] {
    guard let entry = StrategyCatalog[strategy.name] else {
      preconditionFailure("the catalogue has no strategy \(strategy.name)")
    }
    return entry.picks(self, strategy)
  }

  func play<S: Strategy & ~Copyable>(_: S.Type, _ choice: StrategyChoice) -> [Int] {
    let upstream = Upstream(weights.map { Upstream.Peer(weight: $0) })
    var strategy = S(
      upstream: upstream, options: StrategyOptions(S.card, given: choice.options),
      randomness: RandomStream(seed: seed, purpose: "routing"))
    let keyTable = KeyTable((0..<keys).map { "key-\($0)" })
    var picked: [Int] = []
    for request in 0..<requests {
      var attempt = Attempt(now: .zero)
      if keys > 0 {
        let number = request % keys
        // Each in a network of its own, and no two neighbours with the same host part.
        let place = UInt32(truncatingIfNeeded: number)
        let address = ClientAddress(v4: 0x0a00_0001 &+ place << 8 &+ place % 250)
        attempt = Attempt(now: .zero, key: keyTable[number], address: address)
      }
      guard let backend = strategy.pick(for: &attempt, from: upstream) else { break }
      upstream[backend].outstanding += 1
      strategy.started(at: backend, in: upstream)
      picked.append(backend.int)
      if request < outstanding { continue }
      let ended = BackendIndex(picked[request - outstanding])
      upstream[ended].outstanding -= 1
      strategy.ended(at: ended, after: Nanoseconds(1_000_000), .answered(200), in: upstream)
    }
    return picked
  }
}
