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
  /// Where the backends are; ports of the loopback, from 18001 on, when nil.
  public var addresses: [String]?
  /// The keys of the requests in turn, instead of those counted; none when empty.
  public var namedKeys: [String] = []
  /// The IPv4 addresses of the clients in turn, instead of those counted; none when empty.
  public var clients: [UInt32] = []
  /// The places of the backends that go down.
  public var down: [Int] = []
  /// The number of the request before which they go down: the first.
  public var goDown = 0
  /// The number of the request before which they come back; nil for never.
  public var comeBack: Int?
  /// How long after each other requests are sent.
  public var gap = Nanoseconds.zero
  /// How long the backends take to answer, each in its place; 1 ms where there are fewer.
  public var responses: [Nanoseconds] = []

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
  public func picks(of choice: StrategyChoice) -> [Int] {
    var upstream = Upstream(weights.map { Upstream.Peer(weight: $0) }, addresses: addresses)
    var strategy = StrategyCatalog.make(choice, upstream: upstream, seed: seed)
    let keyTable = KeyTable(namedKeys.isEmpty ? (0..<keys).map { "key-\($0)" } : namedKeys)
    var picked: [Int] = []
    // The keys of attempts point into the table.
    withExtendedLifetime(keyTable) {
      for request in 0..<requests {
        upstream.now = .zero + gap * Int64(request)
        if request == goDown { mark(isUp: false, in: &upstream, &strategy) }
        if request == comeBack { mark(isUp: true, in: &upstream, &strategy) }
        var attempt = attempt(request, at: upstream.now, keyTable)
        guard let backend = strategy.pick(for: &attempt, from: upstream) else { break }
        upstream[backend].outstanding += 1
        strategy.started(at: backend, in: upstream)
        picked.append(backend.int)
        if request < outstanding { continue }
        let ended = BackendIndex(picked[request - outstanding])
        upstream[ended].outstanding -= 1
        let response = ended.int < responses.count ? responses[ended.int] : Nanoseconds(1_000_000)
        strategy.ended(at: ended, after: response, .answered(200), in: upstream)
      }
    }
    return picked
  }

  /// Lets the backends that go down go, or come back.
  private func mark(
    isUp: Bool, in upstream: inout Upstream, _ strategy: inout AnyStrategy
  ) {
    for place in down {
      upstream.set(BackendIndex(place), isUp: isUp)
      strategy.changed(BackendIndex(place), in: upstream)
    }
  }

  /// The first attempt of a request, with the key and the address that it has.
  private func attempt(_ request: Int, at now: Instant, _ table: KeyTable) -> Attempt {
    var key = RequestKey.none
    if !namedKeys.isEmpty {
      key = table[request % namedKeys.count]
    } else if keys > 0 {
      key = table[request % keys]
    }
    var address = ClientAddress.none
    if !clients.isEmpty {
      address = ClientAddress(v4: clients[request % clients.count])
    } else if keys > 0 {
      // Each in a network of its own, and no two neighbours with the same host part.
      let place = UInt32(truncatingIfNeeded: request % keys)
      address = ClientAddress(v4: 0x0a00_0001 &+ place << 8 &+ place % 250)
    }
    return Attempt(now: now, key: key, address: address)
  }
}
