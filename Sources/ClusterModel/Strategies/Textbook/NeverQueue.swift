import ExperimentModel

/// The heaviest of the idle backends; where none is idle, the shortest expected delay.
struct NeverQueue: LoadRule {
  static let card = StrategyCard(
    name: "never-queue",
    summary: "the heaviest idle backend, else by shortest expected delay",
    whenToUse: "when an idle backend should never stand by while a request waits for a "
      + "faster one",
    source: "S. Shenker and A. Weinrib, \"The optimal control of heterogeneous queueing "
      + "systems\", IEEE Trans. Computers 38 (1989)")

  init(backends: Int, options: StrategyOptions) {}

  func cost(of backend: BackendIndex, _ peer: Upstream.Peer) -> Double {
    let delay = Double(peer.outstanding + 1) / Double(peer.warmWeight)
    // Every idle backend comes before every busy one.
    return peer.outstanding == 0 ? delay - 2 : delay
  }
}
