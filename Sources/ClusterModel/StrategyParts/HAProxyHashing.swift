import ExperimentModel
import SimulationEngine

/// What HAProxy's hashing algorithms share: the hash type, the map or the ring, and the bound.
struct HAProxyHashing: ~Copyable {
  private var map: ServerMap
  private var primaries: ServerRing
  private var backups: ServerRing
  private let isConsistent, mixes: Bool
  private let function: HAProxyHashFunction
  private let factor: Int
  /// How many requests all servers have.
  private var served = 0

  /// The options of all hashing algorithms.
  static let options: [StrategyOption] = [
    StrategyOption(
      name: "method", summary: "how a hash finds its backend: hash-type's first word",
      kind: .word(standard: "map-based", of: ["map-based", "consistent"])),
    StrategyOption(
      name: "function", summary: "how bytes are hashed: hash-type's second word",
      kind: .word(standard: "sdbm", of: HAProxyHashFunction.allCases.map(\.rawValue))),
    StrategyOption(
      name: "avalanche",
      summary: "whether the hash is mixed again; automatic does so with consistent sdbm",
      kind: .word(standard: "automatic", of: ["automatic", "yes", "no"])),
    StrategyOption(
      name: "balance-factor",
      summary: "how much of the mean load a backend may have on the ring, in percent; 0 for any",
      kind: .number(standard: 0, range: 0...65_535, isWhole: true)),
  ]

  /// Makes the machinery for a hash type.
  init(_ upstream: borrowing Upstream, _ options: StrategyOptions) {
    map = ServerMap(upstream)
    primaries = ServerRing(upstream, backups: false)
    backups = ServerRing(upstream, backups: true)
    isConsistent = options.word("method") == "consistent"
    guard let function = HAProxyHashFunction(rawValue: options.word("function")) else {
      preconditionFailure("the card allows only functions that exist")
    }
    self.function = function
    switch options.word("avalanche") {
    case "yes": mixes = true
    case "no": mixes = false
    default: mixes = isConsistent && function == .sdbm
    }
    factor = Int(options.number("balance-factor"))
  }

  /// The server for some bytes; the next in turn when there are none.
  @inline(__always)
  mutating func pick<Bytes: Collection<UInt8>>(
    by bytes: Bytes, for attempt: Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if bytes.isEmpty { return next(for: attempt, from: upstream) }
    return pick(by: function.hash(bytes), for: attempt, from: upstream)
  }

  /// The server for a number that needs no hash function.
  mutating func pick(
    by number: UInt32, for attempt: Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let hash = mixes ? HAProxyHashFunction.avalanche(number) : number
    if !isConsistent { return map.server(of: hash, for: attempt, from: upstream) }
    let bound = LoadBound(factor: factor, served: served + 1)
    return attempt.usesBackups
      ? backups.server(of: hash, for: attempt, from: upstream, bound: bound)
      : primaries.server(of: hash, for: attempt, from: upstream, bound: bound)
  }

  /// The next server in turn, for requests without anything to hash.
  mutating func next(for attempt: Attempt, from upstream: borrowing Upstream) -> BackendIndex? {
    if !isConsistent { return map.next(for: attempt, from: upstream) }
    return attempt.usesBackups
      ? backups.next(for: attempt, from: upstream) : primaries.next(for: attempt, from: upstream)
  }

  mutating func started() { served += 1 }

  mutating func ended() { served -= 1 }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    if !isConsistent { return map.layOut(upstream) }
    if upstream[backend].isBackup { backups.lay(upstream) } else { primaries.lay(upstream) }
  }
}
