/// Clients, balancers, backends and the network between them: the system that an experiment is
/// about, in the simulator and on live containers alike.
public struct Topology: Sendable, Hashable {
  /// The short name that results carry.
  public var name: String
  /// What a reader should know about the system.
  public var description: String?
  /// The client groups in the order of the file; not empty.
  public var clients: [ClientGroup]
  /// The balancers between clients and backends, in the order of the file; not empty.
  ///
  /// Clients are spread over them in turn, and each knows only what it has seen itself.
  public var balancers: [Balancer]
  /// The backends in the order of the file; not empty, names unique.
  public var backends: [Backend]
  /// What lies between them.
  public var network: Network
  /// What is done to it while it runs, in the order of the file.
  public var faults: [ScheduledFault]
  /// How an experiment with this topology is run, unless the command line says otherwise.
  public var run: RunSettings

  /// Makes a topology from its parts.
  public init(
    name: String,
    description: String? = nil,
    clients: [ClientGroup],
    balancer: Balancer,
    backends: [Backend],
    network: Network = Network(),
    faults: [ScheduledFault] = [],
    run: RunSettings = RunSettings()
  ) {
    self.name = name
    self.description = description
    self.clients = clients
    balancers = [balancer]
    self.backends = backends
    self.network = network
    self.faults = faults
    self.run = run
  }

  /// The balancer, where there is one; of several the first.
  public var balancer: Balancer {
    get { balancers[0] }
    set { balancers[0] = newValue }
  }
}
