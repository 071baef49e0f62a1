/// A server behind the balancer: what it can do at once and what a request costs it.
public struct Backend: Sendable, Hashable {
  /// The name in the file; in the live world, the container's.
  public var name: String
  /// The share of requests relative to the other backends; positive.
  public var weight: Int
  /// Whether it is used only when no other can be.
  public var isBackup: Bool
  /// Whether the balancer never uses it.
  public var isDown: Bool
  /// How many requests the balancer has outstanding at it at most; nil is no limit.
  public var maxConnections: Int?
  /// Over how long its weight rises to the whole after it has come back; zero for at once.
  public var slowStart: Duration
  /// The limit of CPU time, enforced over periods of 100 ms (Linux CFS bandwidth control); nil is
  /// no limit.
  public var cpus: Cores?
  /// How many cores its threads may use at once; nil is one for each worker, or one loop of events.
  public var cores: Cores?
  /// How requests in service come by the CPU.
  public var server: ServerKind
  /// How many requests are in service at once.
  public var workers: Workers
  /// How many accepted connections may wait for a worker.
  public var backlog: Int
  /// What one request costs.
  public var service: Service
  /// The memory limit, over which the container is killed; nil is none.
  public var memory: ByteCount?
  /// The memory that the process takes when it serves nobody.
  public var memoryBase: ByteCount
  /// The share of its answers that are a 500.
  public var errorRate: Ratio
  /// Docker's health check; it marks a state and decides nothing by itself.
  public var healthcheck: HealthCheck?
  /// What the engine does when the container exits.
  public var restart: RestartPolicy
  /// How long after its start it refuses connections, because it does not listen yet.
  public var startup: Duration

  /// Makes a backend; the defaults are those of the file format.
  public init(
    name: String,
    weight: Int = 1,
    isBackup: Bool = false,
    isDown: Bool = false,
    maxConnections: Int? = nil,
    slowStart: Duration = .zero,
    cpus: Cores? = nil,
    cores: Cores? = nil,
    server: ServerKind = .threads,
    workers: Workers = .unlimited,
    backlog: Int = 4096,
    service: Service,
    memory: ByteCount? = nil,
    memoryBase: ByteCount = ByteCount(bytes: 0),
    errorRate: Ratio = Ratio(0),
    healthcheck: HealthCheck? = nil,
    restart: RestartPolicy = .no,
    startup: Duration = .zero
  ) {
    self.name = name
    self.weight = weight
    self.isBackup = isBackup
    self.isDown = isDown
    self.maxConnections = maxConnections
    self.slowStart = slowStart
    self.cpus = cpus
    self.cores = cores
    self.server = server
    self.workers = workers
    self.backlog = backlog
    self.service = service
    self.memory = memory
    self.memoryBase = memoryBase
    self.errorRate = errorRate
    self.healthcheck = healthcheck
    self.restart = restart
    self.startup = startup
  }
}

/// How the requests that a backend has in service come by its CPU.
public enum ServerKind: String, Sendable, Hashable, CaseIterable {
  /// A thread or process for each: they share the cores equally.
  case threads
  /// One loop for each core, which runs a piece of CPU work to its end before it begins the next.
  ///
  /// Requests that wait for something else leave the loop meanwhile.
  case eventLoop = "event-loop"
}

/// How many requests a backend serves at once.
public enum Workers: Sendable, Hashable {
  /// As many as there are.
  case unlimited
  /// At most this many; positive.
  ///
  /// One is a first-come first-served server.
  case count(Int)
}

/// What one request costs a backend.
public struct Service: Sendable, Hashable {
  /// What a worker goes through for a request, one after the other; at least one.
  public var stages: [ServiceStage]
  /// What a request holds while a worker has it, on top of the idle process's memory.
  public var memory: ByteCount

  /// Makes a service of several stages.
  public init(stages: [ServiceStage], memory: ByteCount = ByteCount(bytes: 0)) {
    precondition(!stages.isEmpty, "a service has a stage")
    self.stages = stages
    self.memory = memory
  }

  /// Makes a service that needs the CPU and nothing else.
  public init(cpu: Distribution, memory: ByteCount = ByteCount(bytes: 0)) {
    self.init(stages: [.cpu(cpu)], memory: memory)
  }
}

/// A part of the service of a request, during which its worker is taken.
public enum ServiceStage: Sendable, Hashable {
  /// CPU time, counted on one core.
  case cpu(Distribution)
  /// A wait for something else, such as a disk or a database, that needs no CPU.
  case io(Distribution)
}

/// A health check with Docker's meaning.
public struct HealthCheck: Sendable, Hashable {
  /// The time between two checks.
  public var interval: Duration
  /// When a check counts as failed.
  public var timeout: Duration
  /// How many failures in a row make the container unhealthy.
  public var retries: Int
  /// How long failures after a start do not count.
  public var startPeriod: Duration

  /// Makes a health check; the defaults are Docker's.
  public init(
    interval: Duration = .seconds(30),
    timeout: Duration = .seconds(30),
    retries: Int = 3,
    startPeriod: Duration = .zero
  ) {
    self.interval = interval
    self.timeout = timeout
    self.retries = retries
    self.startPeriod = startPeriod
  }
}

/// What the engine does when a container exits: Docker's restart policies.
public enum RestartPolicy: Sendable, Hashable {
  /// Nothing.
  case no
  /// Starts it again, also after a restart of the engine.
  case always
  /// Starts it again unless it was stopped by hand.
  case unlessStopped
  /// Starts it again after an error, at most so many times; nil is without end.
  case onFailure(tries: Int?)
}
