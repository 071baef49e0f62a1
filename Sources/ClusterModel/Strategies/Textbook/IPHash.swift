import ExperimentModel
import SimulationEngine

/// The backend at the place that is the hash of the client's address modulo their number.
struct IPHash: Strategy {
  static let card = StrategyCard(
    name: "ip-hash",
    summary: "the same backend for the same client address; most clients move at a change",
    whenToUse: "when sessions live on the backend and clients have no cookie; many clients "
      + "behind one address overload one backend",
    source: "textbook; XXH64 of the address's octets, without an address of the key, without "
      + "both in turn; hashed again past an unusable backend; weights do not count")

  static var traits: StrategyTraits { .ignoresAnswers }

  private var rotation = Rotation()

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {}

  /// - Complexity: O(1) while most backends are usable.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let own =
      attempt.address.stableHash ?? (attempt.key.isEmpty ? nil : XXHash64.hash(attempt.key.bytes))
    guard let own else { return rotation.next(for: attempt, in: upstream) }
    var hash = own
    for _ in 0..<20 {
      let backend = BackendIndex(Int(hash % UInt64(upstream.count)))
      if upstream.isUsable(backend, for: attempt) { return backend }
      hash = withUnsafeBytes(of: hash.littleEndian) { bytes in
        bytes.withMemoryRebound(to: UInt8.self) { XXHash64.hash($0, seed: 1) }
      }
    }
    return upstream.firstUsable(for: attempt) { BackendIndex(Int(hash % UInt64(upstream.count))) }
  }
}
