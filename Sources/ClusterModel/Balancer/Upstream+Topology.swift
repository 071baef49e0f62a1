import ExperimentModel
import SimulationEngine

extension WarmUps {
  /// Makes the warm-ups of backends behind a program.
  init(of backends: [Backend], like program: BalancerProgram) {
    self.init(
      backends.map { Nanoseconds($0.slowStart.nanoseconds) },
      clock: program == .haproxy ? .wholeSeconds : .continuous)
  }
}

extension Backend {
  /// What a balancer with these passive checks knows of the backend at the start.
  func peer(under checks: PassiveChecks?) -> Upstream.Peer {
    let checks = checks ?? PassiveChecks()
    return Upstream.Peer(
      weight: weight, maxConnections: maxConnections ?? 0, maxFails: checks.maxFails,
      failTimeout: Int(checks.failTimeout.inSeconds), isBackup: isBackup, isDown: isDown)
  }
}
