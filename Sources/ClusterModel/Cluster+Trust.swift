import ExperimentModel
import SimulationEngine

/// What balancers think of backends, as far as it is news.
extension Cluster {
  /// An attempt has ended, or a check: notes whether its balancer has changed its mind.
  @inline(__always)
  mutating func noteTrust(in backend: BackendIndex, by balancer: BalancerIndex) {
    let isTroubled = balancers[balancer].upstream.troubled > 0
    if isTroubled || distrusted > 0 { lookForNews(of: backend, from: balancer) }
  }

  @inline(never)
  private mutating func lookForNews(of backend: BackendIndex, from balancer: BalancerIndex) {
    let place = balancer.int * backends.count + backend.int
    let isTrusted = balancers[balancer].upstream.trusts(backend)
    if isDistrusted[place] != isTrusted { return }
    isDistrusted[place] = !isTrusted
    distrusted += isTrusted ? -1 : 1
    guard trustChanges.count < TrustChange.limit else { return }
    let group = balancers.group(of: balancer)
    let workers = balancers.minds(of: group)
    let worker = workers.count > 1 ? " worker \(balancer.int - workers.lowerBound + 1)" : ""
    trustChanges.append(
      TrustChange(
        seconds: (queue.now - .zero).seconds, balancer: topology.balancers[group].name + worker,
        backend: topology.backends[backend.int].name, isTrusted: isTrusted))
  }
}

extension Upstream {
  /// Whether the balancer counts on a backend: nothing that it has learnt speaks against it.
  func trusts(_ backend: BackendIndex) -> Bool {
    let peer = self[backend]
    return peer.isUp && (peer.maxFails == 0 || peer.fails < peer.maxFails)
  }
}
