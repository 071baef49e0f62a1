import ExperimentModel
import SimulationEngine

/// The active checks of a script: when each server is looked at, and what that makes of it.
///
/// The checks are spread over the interval, as HAProxy does, and begin somewhere in it: when the
/// process was started before the script is not known.
struct ScriptedChecks {
  private var servers: [Server?]

  private struct Server {
    let checks: ActiveChecks
    var health: ServerHealth
    var due: Instant
  }

  /// Makes the checks of servers, those without checks nil.
  init(_ checks: [ActiveChecks?], from start: Instant, randomness: RandomStream) {
    var stream = randomness
    let phase = stream.uniform()
    let shortest = checks.compactMap { $0?.interval.nanoseconds }.min() ?? 0
    let count = Double(checks.count)
    servers = checks.enumerated().map { place, checks in
      checks.map { checks in
        let part = (phase + Double(place) / count).truncatingRemainder(dividingBy: 1)
        return Server(
          checks: checks, health: ServerHealth(rise: checks.rise, fall: checks.fall),
          due: start + Nanoseconds(nearest: part * Double(shortest)))
      }
    }
  }

  /// The next check that is due by a time: the place of its server, and when; nil when none is.
  func due(by time: Instant) -> (server: Int, at: Instant)? {
    var next: (server: Int, at: Instant)?
    for (place, server) in servers.enumerated() {
      guard let due = server?.due, due <= time else { continue }
      if let next, next.at <= due { continue }
      next = (place, due)
    }
    return next
  }

  /// Takes the result of a server's check, and says whether it changes the server's state.
  mutating func take(_ place: Int, _ mode: BackendMode) -> ServerHealth.Change? {
    guard var server = servers[place] else { return nil }
    let change = server.health.take(hasPassed: server.checks.pass(mode))
    let interval = server.checks.interval(at: server.health.pace)
    server.due = server.due + Nanoseconds(interval.nanoseconds)
    servers[place] = server
    return change
  }
}

extension ActiveChecks {
  /// Whether a backend that behaves so passes.
  fileprivate func pass(_ mode: BackendMode) -> Bool {
    switch mode {
    case .up: true
    case .refuse: false
    case .close, .hang: !isHTTP
    case .status(let status): !isHTTP || (200..<400).contains(status)
    }
  }

  /// The time until the next check.
  func interval(at pace: ServerHealth.Pace) -> Duration {
    switch pace {
    case .normal: interval
    case .fast: fastInterval
    case .down: downInterval
    }
  }
}
