import ExperimentModel
import SimulationEngine

/// How the balancer deals with connections, as the program that it is like does.
struct BalancerConduct {
  /// Whether clients open a connection for a request unless they kept one.
  let clientsConnect: Bool
  /// Whether the balancer opens a connection to the backend for each request.
  let balancerConnects: Bool
  /// The pauses after each failed attempt to connect, the last until the balancer gives up; empty
  /// when a full backlog refuses at once.
  let connectWaits: [Nanoseconds]
  /// What the client is told when a backend refuses a connection.
  let refused: Ending
  /// What the client is told when a connection could not be opened in time.
  let connectTimeout: Ending

  init(_ topology: Topology) {
    let isTCP = topology.network.transport == .tcp
    let isIdeal = topology.balancer.like == .ideal
    clientsConnect = isTCP
    // nginx opens a connection for each request unless told to keep some (ngx_http_upstream); the
    // ideal balancer has them all open.
    balancerConnects = isTCP && !isIdeal
    connectWaits = isTCP ? BalancerConduct.waits(until: isIdeal ? 127 : 60) : []
    refused = isIdeal ? .connection : .status502
    connectTimeout = isIdeal ? .connection : .status504
  }

  /// A dropped SYN is sent again after 1, 3, 7, 15, 31 and 63 seconds (RFC 6298 and Linux up to
  /// 6.4: 1 s, doubling); nginx gives up after `proxy_connect_timeout`, 60 s, the kernel after 127.
  private static func waits(until limit: Int64) -> [Nanoseconds] {
    var waits: [Nanoseconds] = []
    var elapsed: Int64 = 0
    var wait: Int64 = 1
    while elapsed < limit {
      let seconds = min(wait, limit - elapsed)
      waits.append(Nanoseconds(seconds * 1_000_000_000))
      elapsed += seconds
      wait *= 2
    }
    return waits
  }
}
