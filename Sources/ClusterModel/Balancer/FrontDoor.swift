import ExperimentModel
import SimulationEngine

/// What a request passes before a balancer thinks about it: a connection must be free, and the CPU
/// of the worker that has it.
struct FrontDoor: ~Copyable {
  /// Whether nothing ever holds a request up.
  let isOpen: Bool
  /// How many connections there may be; no limit where nobody counts them.
  let limit: Int
  /// Whether a connection beyond the limit waits, as in the listen queue of HAProxy; nginx closes
  /// it.
  let letsWait: Bool
  /// Whether connections to backends count too, as in nginx.
  let countsBackends: Bool
  /// How many connections are open.
  var connections = 0
  /// The requests that wait for a connection.
  var line = RequestQueue(backends: 0)

  private let cost: Sampler?
  private let costs: RandomStream
  private let workers: RandomStream
  /// When the CPU of each worker is free.
  private let freeFrom: Column<Instant>

  init(
    _ balancer: ExperimentModel.Balancer, number: Int, seed: UInt64, shop: inout SamplerShop
  ) {
    let isLimited = balancer.like == .nginx || balancer.like == .haproxy
    limit = isLimited ? balancer.maxConnections ?? .max : .max
    letsWait = balancer.like == .haproxy
    countsBackends = balancer.like == .nginx
    cost = balancer.cpu.map { shop.sampler(of: $0) }
    costs = RandomStream(seed: seed, purpose: "balancer cpu")
    workers = RandomStream(seed: seed, purpose: "workers")
    // In nginx each worker has a door of its own.
    freeFrom = Column(repeating: .zero, count: balancer.like == .nginx ? 1 : balancer.workers)
    isOpen = limit == .max && balancer.cpu == nil
  }

  /// A door that nothing holds up at, for a balancer without a world around it.
  init() {
    isOpen = true
    limit = .max
    letsWait = false
    countsBackends = false
    cost = nil
    costs = RandomStream(seed: 0, purpose: "balancer cpu")
    workers = costs
    freeFrom = Column(repeating: .zero, count: 1)
  }

  /// When the worker of a request has read it, which arrived at a time: after all that it has to
  /// do before, in the order of arrival; nil when that takes no time.
  mutating func read(serial: UInt64, at time: Instant) -> Instant? {
    guard let cost else { return nil }
    var worker = 0
    if freeFrom.count > 1 {
      var stream = workers.substream(serial)
      worker = Int(stream.below(UInt64(freeFrom.count)))
    }
    // The cost belongs to the request: strategies are compared on the same work.
    var stream = costs.substream(serial)
    let done = max(time, freeFrom[worker]) + Nanoseconds(nearest: cost.draw(from: &stream))
    freeFrom[worker] = done
    return done
  }

  /// Whether one more connection can be opened.
  var hasRoom: Bool { connections < limit }
}
