import ExperimentModel

/// The largest inputs that the decoder accepts.
///
/// There is a limit on everything, so that no file can exhaust memory or time, and so that no sum
/// of durations leaves the 292 years that 64 bits of nanoseconds span.
public enum Limits {
  /// The size of a topology in bytes: 4 MiB.
  public static let fileBytes = 4 << 20
  /// The size of a file of observed durations in bytes: 16 MiB.
  public static let samplesBytes = 16 << 20
  /// The size of a trace of arrivals in bytes: 64 MiB.
  public static let traceBytes = 64 << 20
  /// The phases of an open workload.
  public static let ratePhases = 10_000
  /// How often a client sends a request at most.
  public static let clientTries = 1...100
  /// By how much a client's pause is longer than the one before.
  public static let backoffFactor = 1.0...100.0
  /// The bytes of a request or of an answer, up to 1 GiB.
  public static let messageBytes = 1...(1 << 30)
  /// The number of observed durations in a file.
  public static let samples = 1_000_000
  /// How deep lists and mappings may be nested, aliases included.
  public static let depth = 64
  /// The number of values in a file, each alias counted with all that it stands for.
  public static let nodes = 1_000_000
  /// The number of complaints that are kept.
  public static let diagnostics = 1_000
  /// The number of complaints that are shown.
  public static let shownDiagnostics = 100
  /// The length of a name in characters.
  public static let nameLength = 128
  /// The length of a description in characters.
  public static let descriptionLength = 4_096
  /// The length of a URL in characters.
  public static let urlLength = 2_048

  /// The number of client groups.
  public static let clientGroups = 10_000
  /// The number of backends.
  public static let backends = 100_000
  /// The number of links.
  public static let links = 200_000
  /// The number of components of a mixture.
  public static let components = 1_000

  /// The clients of one closed group.
  public static let concurrency = 1...10_000_000
  /// The requests of one group.
  public static let requests = 1...1_000_000_000_000
  /// The weight of a backend, as in nginx.
  public static let weight = 1...65_535
  /// A number of cores; the lower end is Docker's.
  public static let cores = 0.01...65_536
  /// The workers of a backend, unless they are unlimited.
  public static let workers = 1...1_000_000
  /// The connections that may wait for a worker.
  public static let backlog = 0...10_000_000
  /// The stages of a service.
  public static let stages = 100
  /// The failures that make a container unhealthy, and the tries to restart it.
  public static let tries = 1...1_000
  /// The failures that exclude a backend, and the tries of a request; 0 for no limit.
  public static let failures = 0...1_000_000
  /// The requests that a balancer has outstanding at a backend at most; 0 for no limit.
  public static let maxConnections = 0...10_000_000
  /// The balancers of a topology.
  public static let balancers = 250
  /// The workers of a balancer.
  public static let balancerWorkers = 1...250
  /// The connections of a balancer, or of one of its workers.
  public static let balancerConnections = 1...10_000_000
  /// The idle connections that a balancer keeps.
  public static let idleConnections = 0...10_000_000
  /// The addresses that the requests of a group come from.
  public static let clientAddresses = 0...1_000_000
  /// The keys that the requests of a group have.
  public static let keys = 1...1_000_000
  /// The exponent of Zipf's law.
  public static let zipfExponent = 0.0...10.0
  /// The faults of a timeline.
  public static let faults = 10_000
  /// How often a fault happens.
  public static let occurrences = 1...10_000
  /// The status of an answer that is an error.
  public static let errorStatus = 400...599
  /// A port of TCP or UDP.
  public static let port = 1...65_535
  /// A bandwidth in bits a second.
  public static let bitsPerSecond = 1.0...1e15
  /// The independent runs of one experiment; something of each is kept in memory.
  public static let replications = 1...10_000
  /// The relative half-width of a confidence interval that can be asked for.
  public static let precision = 0.001...0.5
  /// The lines of a hypothesis.
  public static let expectations = 1_000
  /// The strategies of one comparison.
  public static let comparedStrategies = 1_000
  /// The values that an experiment sets in its topology.
  public static let settings = 1_000
  /// An arrival rate in requests a second: from one in some hours to one each nanosecond.
  public static let ratePerSecond = 0.0001...1e9
  /// A memory limit in bytes, up to 1 EiB.
  public static let memoryBytes = 1...(1 << 60)
  /// The longest moment, wait or run: ten years.
  public static let longestTime = Duration.seconds(10 * 365 * 86_400)
  /// The longest value or mean of a distribution: a day.
  public static let longestDraw = Duration.seconds(86_400)
  /// A coefficient of variation.
  public static let coefficientOfVariation = 0.001...100.0
  /// A squared coefficient of variation of two phases; below 1 no such mixture exists.
  public static let hyperexponentialSquaredCV = 1.0...10_000.0
  /// The shape of a Weibull or Pareto distribution.
  public static let shape = 0.1...100.0
  /// The least share of a Pareto distribution that must lie below its `max`.
  ///
  /// A draw above it is made again, so a smaller share would take very many draws.
  public static let shareBelowMax = 0.01
  /// The phases of an Erlang distribution.
  public static let phases = 1...1_000
  /// The weight of a component or of an observed value, relative to the others.
  public static let relativeWeight = 1e-12...1e12
}
