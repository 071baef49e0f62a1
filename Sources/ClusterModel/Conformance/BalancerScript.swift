import ExperimentModel
import SimulationEngine

/// A balancer on its own, in a world that does what a script says: what it decides, step by step.
///
/// It drives the same `Balancer` as the simulated cluster does, so that a replay of what a real
/// program was recorded to do judges the very code that predicts.
public struct BalancerScript: Sendable {
  /// The program whose conduct the balancer has.
  public var like: BalancerProgram
  /// A strategy of the catalogue by its full name, and its options.
  public var strategy: StrategyChoice
  /// The servers, in the order of the balancer's configuration; at least one.
  public var servers: [Server]
  /// When another server is tried; nil is what the program does by default.
  public var retry: RetryRule?
  /// Whether all backups are used when no primary server can be.
  public var usesAllBackups = false
  /// How many requests in all bring the limits of servers that follow the load to their highest.
  public var fullConnections = 0
  /// How long a request waits for a server that has room; nil for as long as it takes.
  public var queueTimeout: Duration?
  /// How long the balancer waits for an answer; nil is until the next step begins.
  public var readTimeout: Duration?
  /// How Envoy ejects servers that fail; nil where it does not.
  package var outliers: OutlierDetection.Settings?
  /// What happens, in the order of time.
  public var steps: [ScriptedStep]
  /// The seed of whatever the strategy draws.
  public var seed: UInt64 = 1

  /// A server as the balancer's configuration has it.
  public struct Server: Sendable, Hashable {
    /// Its name, weight, limits and role.
    public var backend: Backend
    /// Host and port, as the configuration writes them.
    public var address: String
    /// How failures count against it.
    public var passive: PassiveChecks
    /// How it is actively checked; nil when it is not.
    public var checks: ActiveChecks?
    /// Its number in the configuration; nil for its place there, from 1.
    public var id: Int?
    /// Whether it is out of use until an operator puts it into use.
    public var isDisabled = false
    /// How many requests may wait for it and no other; 0 for any number.
    public var queueLimit = 0
    /// How many requests it may have while the balancer has few; 0 for as many as ever.
    public var minConnections = 0

    /// Makes a server.
    public init(backend: Backend, address: String, passive: PassiveChecks = PassiveChecks()) {
      self.backend = backend
      self.address = address
      self.passive = passive
    }
  }

  /// Makes a script.
  public init(
    like: BalancerProgram, strategy: StrategyChoice, servers: [Server], steps: [ScriptedStep] = []
  ) {
    self.like = like
    self.strategy = strategy
    self.servers = servers
    self.steps = steps
  }

  /// What the balancer decides at each step.
  ///
  /// A strategy that the catalogue does not have, and a step that names a server or a request that
  /// is not there, are programming errors.
  public func outcomes() -> [StepOutcome] {
    var world = ScriptedWorld(self)
    return steps.indices.map { place in
      let next = place + 1 < steps.count ? steps[place + 1].at : nil
      return world.take(steps[place], before: next)
    }
  }
}
