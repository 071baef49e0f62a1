import ExperimentModel
import SimulationEngine

/// A first-come first-served backend whose requests' ends are known when they arrive.
///
/// With one worker this is Lindley's recursion (D. V. Lindley, "The theory of queues with a single
/// server", 1952), with several Kiefer's and Wolfowitz's (1955): a request begins when it has come
/// and the first worker is free, and no later request can change that.
///
/// What every request needs comes first, side by side: of ten thousand stations each has left the
/// cache when it is needed again.
struct Station: ~Copyable {
  /// When the only worker is free again.
  private var freeAt = Instant.zero
  /// How many requests have come since a worker was last free.
  private var admitted = 0
  private let workers: Int
  private let backlog: Int
  /// How far its clock is ahead of the balancer's, and how long an answer goes back.
  let ahead, answerDelay: Nanoseconds
  /// What is measured: from its beginning to its end.
  private let measuredFrom, measuredUntil: Instant
  /// CPU time given, in nanoseconds.
  private var used: Int128 = 0
  /// The time that requests have waited, in nanoseconds.
  private var waited: Int128 = 0
  /// How often it was picked.
  private(set) var picked = 0
  /// When the latest requests begin, each at its number modulo the size, which is a power of two.
  private var begins = Column(repeating: Instant.longAgo, count: 64)
  /// What a request costs.
  let demand: HotSampler
  /// When each of several workers is free again.
  private var workersFreeAt = Heap<Instant>()

  /// Makes an idle station that measures between two times.
  ///
  /// - Parameters:
  ///   - ahead: how far its clock is ahead of the balancer's.
  ///   - answerDelay: how long an answer goes back.
  init(
    _ backend: Backend, from start: Instant, until end: Instant, ahead: Nanoseconds,
    answerDelay: Nanoseconds, shop: inout SamplerShop
  ) {
    demand = HotSampler(shop.sampler(of: backend.service.firstDemand))
    workers = backend.workers.count
    backlog = backend.backlog
    self.ahead = ahead
    self.answerDelay = answerDelay
    measuredFrom = start
    measuredUntil = end
    if workers > 1 { for _ in 0..<workers { workersFreeAt.insert(.zero) } }
  }

  /// Takes a request in, and says when it is done; nil where it would find no room.
  ///
  /// Arrivals come in order.
  ///
  /// - Complexity: amortised O(1) for one worker, O(log workers) for several.
  @inline(__always)
  mutating func admit(at arrival: Instant, demand: Nanoseconds) -> Instant? {
    let free = workers == 1 ? freeAt : workersFreeAt.first
    let begin = max(arrival, free)
    picked &+= 1
    if free <= arrival { admitted = 0 }
    guard hasRoom(at: arrival) else { return nil }
    begins[admitted & (begins.count &- 1)] = begin
    admitted &+= 1
    let done = begin + demand
    if workers == 1 {
      freeAt = done
    } else {
      workersFreeAt.replaceFirst(with: done)
    }
    if arrival >= measuredFrom && done <= measuredUntil {
      waited &+= Int128((begin - arrival).count)
      used &+= Int128(demand.count)
    } else {
      let span = measuredFrom...max(measuredFrom, measuredUntil)
      waited &+= Int128(Station.measured(in: span, from: arrival, until: begin))
      used &+= Int128(Station.measured(in: span, from: begin, until: done))
    }
    return done
  }

  /// Whether fewer requests wait than the backlog holds: whether the one that came so many before
  /// has begun.
  @inline(__always)
  private mutating func hasRoom(at time: Instant) -> Bool {
    let window = min(begins.count, backlog)
    if admitted < window { return true }
    if begins[(admitted &- window) & (begins.count &- 1)] < time { return true }
    return backlog > begins.count && widen()
  }

  /// Makes room to remember twice as many beginnings, of requests that all wait.
  @inline(never)
  private mutating func widen() -> Bool {
    let known = begins.count
    let wider = Column(repeating: Instant.longAgo, count: 2 * known)
    for number in (admitted - known)..<admitted where number >= 0 {
      wider[number & (2 * known - 1)] = begins[number & (known - 1)]
    }
    begins = wider
    return true
  }

  /// The part of a span that lies in what is measured, in nanoseconds.
  ///
  /// It is asked of the type, since asking the station would copy it.
  private static func measured(
    in measured: ClosedRange<Instant>, from start: Instant, until end: Instant
  ) -> Int64 {
    max(0, (min(end, measured.upperBound) - max(start, measured.lowerBound)).count)
  }

  /// The part of what it could do since the measurement began that it has done.
  func utilization(until end: Instant) -> Double {
    let span = end - measuredFrom
    guard span > .zero else { return 0 }
    return min(1, Double(used) / (Double(workers) * Double(span.count)))
  }

  /// The mean number of requests waiting in a span.
  func queueMean(over span: Nanoseconds) -> Double {
    span > .zero ? Double(waited) / Double(span.count) : 0
  }
}

extension Instant {
  /// Before everything.
  fileprivate static var longAgo: Instant { Instant(nanoseconds: -1) }
}
