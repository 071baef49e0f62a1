import SimulationEngine

/// What HAProxy asks about its servers.
extension Upstream {
  /// Whether a server is free at once: usable, with nobody queued for it.
  ///
  /// - Complexity: O(1).
  func isFree(_ server: BackendIndex, for attempt: Attempt) -> Bool {
    isUsable(server, for: attempt) && self[server].queued == 0
  }

  /// Whether a server's limit is reached, or requests are queued for it.
  ///
  /// - Complexity: O(1).
  func isSaturated(_ server: BackendIndex) -> Bool {
    let peer = self[server]
    return peer.maxConnections > 0 && (peer.queued > 0 || peer.outstanding >= limit(of: server))
  }

  /// The most requests that a backend with a limit may have now: between `minconn` and `maxconn` in
  /// proportion to what the balancer has in all, and less while the backend warms up.
  ///
  /// Source: `srv_dynamic_maxconn` in `src/queue.c`.
  ///
  /// - Complexity: O(1).
  func limit(of backend: BackendIndex) -> Int32 {
    let peer = self[backend]
    var limit = peer.maxConnections
    if peer.minConnections > 0 && connections < fullConnections {
      let ramped = connections * Int(limit) / fullConnections
      limit = max(peer.minConnections, Int32(ramped))
    }
    return warmUps.limit(limit, of: backend, at: now)
  }

  /// How many primary servers, or backups, serve.
  func serving(backups: Bool) -> Int { backups ? servingBackups : servingPrimaries }

  /// Says whether checks or an operator let a backend be used.
  mutating func set(_ backend: BackendIndex, isUp: Bool) {
    if self[backend].isUp == isUp { return }
    let wasServing = self[backend].isServing
    troubled += isUp ? -1 : 1
    self[backend].isUp = isUp
    count(backend, wasServing: wasServing)
  }

  /// Gives a backend a new weight; a backend of weight 0 serves nobody.
  mutating func set(_ backend: BackendIndex, weight: Int) {
    let wasServing = self[backend].isServing
    self[backend].weight = Int32(weight)
    self[backend].effectiveWeight = Int32(weight)
    count(backend, wasServing: wasServing)
  }

  private mutating func count(_ backend: BackendIndex, wasServing: Bool) {
    let change = (self[backend].isServing ? 1 : 0) - (wasServing ? 1 : 0)
    if self[backend].isBackup { servingBackups += change } else { servingPrimaries += change }
  }

  /// The first backup in the file that serves; nil when none does.
  ///
  /// - Complexity: O(n).
  var firstServingBackup: BackendIndex? {
    for place in 0..<count where self[BackendIndex(place)].isBackup {
      if self[BackendIndex(place)].isServing { return BackendIndex(place) }
    }
    return nil
  }
}

extension Upstream.Peer {
  /// Whether HAProxy counts it among the servers that can serve.
  var isServing: Bool { isUp && !isDown && weight > 0 }

  /// The weight in the scale of HAProxy's dynamic algorithms, sixteenths, as far as the server has
  /// warmed up; 0 when it does not serve.
  ///
  /// `BE_WEIGHT_SCALE` in `include/haproxy/backend-t.h`.
  var scaledWeight: Int { isServing ? Int(warmth) * Int(weight) : 0 }
}
