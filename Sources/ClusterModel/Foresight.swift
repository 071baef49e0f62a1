import ExperimentModel

/// Whether the whole life of each request of a topology is known when the balancer picks its
/// backend: nothing that happens later can change what was picked, or when it is done.
///
/// It holds where arrivals do not wait for answers, every backend is a first-come first-served
/// server, and no fault, limit or random delay comes between. A field that
/// this page does not know makes a topology unforeseeable, not the run wrong: what is known is
/// compared as a whole.
extension Topology {
  var isForeseeable: Bool {
    faults.isEmpty && balancers.count == 1 && balancer.isForeseeable && network.isForeseeable
      && clients.allSatisfy { $0.isForeseeable(over: network.transport) }
      && backends.allSatisfy(\.isForeseeable)
  }
}

extension ClientGroup {
  /// Whether it sends at times of its own, and opens connections by a rule of its own.
  fileprivate func isForeseeable(over transport: Transport) -> Bool {
    guard case .open(let loop) = workload else { return false }
    var known = ClientGroup(
      name: name,
      workload: .open(OpenLoop(rate: loop.rate, arrivals: loop.arrivals, extent: loop.extent)),
      start: start, timeout: timeout, request: request)
    if transport == .message { known.keepalive = keepalive }
    return self == known
  }
}

extension ExperimentModel.Balancer {
  /// Whether it only picks, as long as no request fails.
  fileprivate var isForeseeable: Bool {
    // The others limit what is outstanding, or keep connections, of their own accord.
    guard [.nginx, .haproxy, .ideal].contains(like) else { return false }
    let known = ExperimentModel.Balancer(
      name: name, like: like, strategy: strategy, passive: passive, retry: retry, url: url)
    return self == known
  }
}

extension Backend {
  /// Whether a request that it has taken in is done at a time that no later one can change.
  fileprivate var isForeseeable: Bool {
    guard case .count(let count) = workers, backlog > 0, service.laterStages.isEmpty,
      cores.map({ $0.count >= Double(count) }) ?? true
    else { return false }
    return self
      == Backend(
        name: name, weight: weight, cores: cores, workers: workers, backlog: backlog,
        service: Service(cpu: service.firstDemand))
  }
}

extension Network {
  /// Whether every delay is constant.
  fileprivate var isForeseeable: Bool {
    self
      == Network(
        transport: transport,
        links: links.filter { if case .constant = $0.latency { true } else { false } }.map {
          Link(from: $0.from, to: $0.to, latency: $0.latency)
        })
  }
}
