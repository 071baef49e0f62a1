import ExperimentModel
import SimulationEngine

/// A queue of the textbook: Poisson arrivals at one station.
struct KnownQueue: Sendable, Hashable {
  /// Requests a second.
  var arrivalRate = 0.0
  /// The mean service time in seconds, and its squared coefficient of variation.
  let serviceMean, serviceVariation: Double
  let isExponential: Bool
  /// Requests in service at once; nil where all that are there share one core.
  let servers: Int?
  /// How many may wait.
  let places: Int
  /// What the way there and back adds, in seconds.
  let delay: Double
  /// How long after they have sent it clients wait for an answer, in seconds; nil is for ever.
  var patience: Double?

  /// The work that arrives, in servers.
  var offered: Double { arrivalRate * serviceMean }
  /// The part of the time that a server is busy, if it keeps up.
  var load: Double { offered / Double(servers ?? 1) }
  /// Whether so few requests would ever find no place that there might as well be any number.
  var isEndless: Bool {
    guard load < 1 else { return false }
    var odds = 1.0
    for _ in 0..<min(places, 100_000) where odds > 1e-9 { odds *= load }
    return odds <= 1e-9
  }

  /// The queue at a backend, at which nobody arrives yet.
  ///
  /// - Throws: the first assumption that does not hold.
  init(_ backend: Backend, delay: Double) throws(KnownSystem.Obstacle) {
    guard case .cpu(let service)? = backend.service.stages.first else {
      throw KnownSystem.Obstacle("the backend waits for something else than its CPU")
    }
    let bare = Backend(
      name: backend.name, weight: backend.weight, cores: backend.cores, server: backend.server,
      workers: backend.workers, backlog: backend.backlog, service: Service(cpu: service))
    guard backend == bare else {
      throw KnownSystem.Obstacle("the backend has limits, failures or stages")
    }
    guard let (mean, variation) = service.moments else {
      throw KnownSystem.Obstacle("the moments of the service time are not known")
    }
    serviceMean = mean
    serviceVariation = variation
    if case .exponential = service {
      isExponential = true
    } else {
      isExponential = false
    }
    self.delay = delay
    (servers, places) = try Self.room(of: backend)
  }

  /// How many are served at once, and how many may wait.
  private static func room(
    of backend: Backend
  ) throws(KnownSystem.Obstacle) -> (servers: Int?, places: Int) {
    switch (backend.server, backend.workers) {
    case (.eventLoop, .unlimited):
      let loops = backend.cores?.count ?? 1
      guard loops == loops.rounded() else {
        throw KnownSystem.Obstacle("loops of events have parts of cores")
      }
      return (Int(loops), .max)
    case (.eventLoop, .count):
      throw KnownSystem.Obstacle("a loop of events has a limit of requests")
    case (.threads, .count(let count)):
      guard backend.cores.map({ $0.count >= Double(count) }) ?? true else {
        throw KnownSystem.Obstacle("workers share fewer cores than they are")
      }
      return (count, backend.backlog)
    case (.threads, .unlimited):
      guard backend.cores?.count == 1 else {
        throw KnownSystem.Obstacle("unlimited workers do not share just one core")
      }
      return (nil, .max)
    }
  }
}

extension Distribution {
  /// The mean in seconds and the squared coefficient of variation; nil where no closed form is
  /// built in.
  var moments: (mean: Double, variation: Double)? {
    switch self {
    case .constant(let value): (value.inSeconds, 0)
    case .exponential(let mean): (mean.inSeconds, 1)
    case .uniform(let from, let to): Self.uniformMoments(from.inSeconds, to.inSeconds)
    case .erlang(let mean, let k): (mean.inSeconds, 1 / Double(k))
    case .gamma(let mean, let cv): (mean.inSeconds, cv * cv)
    case .lognormal(let mean, let cv): (mean.inSeconds, cv * cv)
    case .hyperexponential(let mean, let cv2): (mean.inSeconds, cv2)
    case .weibull(let mean, let shape): (mean.inSeconds, Self.weibullVariation(shape))
    case .empirical(let values):
      Self.mixedMoments(values.map { ($0.weight, ($0.value.inSeconds, 0)) })
    case .mixture(let parts): Self.mixedMoments(parts.map { ($0.weight, $0.of.moments) })
    case .normal, .pareto: nil
    }
  }

  /// Γ(1 + 2/k) / Γ(1 + 1/k)² − 1.
  private static func weibullVariation(_ shape: Double) -> Double {
    let first = Elementary.gamma(1 + 1 / shape)
    return Elementary.gamma(1 + 2 / shape) / (first * first) - 1
  }

  /// The moments of one of several, chosen by weight; nil where those of one are not known.
  private static func mixedMoments(
    _ parts: [(weight: Double, of: (mean: Double, variation: Double)?)]
  ) -> (mean: Double, variation: Double)? {
    var (total, first, second) = (0.0, 0.0, 0.0)
    for (weight, moments) in parts {
      guard let moments else { return nil }
      total += weight
      first += weight * moments.mean
      second += weight * moments.mean * moments.mean * (1 + moments.variation)
    }
    let mean = first / total
    return (mean, mean > 0 ? second / total / (mean * mean) - 1 : 0)
  }

  private static func uniformMoments(_ low: Double, _ high: Double) -> (Double, Double) {
    let mean = (low + high) / 2
    let width = high - low
    return (mean, mean > 0 ? width * width / 12 / (mean * mean) : 0)
  }
}
