import ExperimentModel
import SimulationEngine

/// A first-come first-served backend whose requests' ends are known when they arrive.
///
/// With one worker this is Lindley's recursion (D. V. Lindley, "The theory of queues with a single
/// server", 1952), with several Kiefer's and Wolfowitz's (1955): a request begins when it has come
/// and the first worker is free, and no later request can change that.
struct Station: ~Copyable {
  /// What a request costs.
  let demand: Sampler
  private let workers: Int
  private let backlog: Int
  /// When the only worker is free again.
  private var freeAt = Instant.zero
  /// When each of several workers is free again.
  private var workersFreeAt = Heap<Instant>()
  /// When those begin that had to wait and may wait still.
  private var begins = Ring<Instant>()
  /// What is measured: from its beginning to its end.
  private let measuredFrom, measuredUntil: Instant
  /// CPU time given, in nanoseconds.
  private var used = 0.0
  /// The time that requests have waited, in nanoseconds.
  private var waited = 0.0

  /// Makes an idle station that measures between two times.
  init(_ backend: Backend, from start: Instant, until end: Instant, shop: inout SamplerShop) {
    demand = shop.sampler(of: backend.service.cpu)
    workers = backend.workers.count
    backlog = backend.backlog
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
    if begin > arrival, !wait(from: arrival, until: begin) { return nil }
    let done = begin + demand
    if workers == 1 {
      freeAt = done
    } else {
      workersFreeAt.replaceFirst(with: done)
    }
    used += measured(from: begin, until: done)
    return done
  }

  /// Lets a request wait; false when the backlog may be full.
  @inline(__always)
  private mutating func wait(from arrival: Instant, until begin: Instant) -> Bool {
    while begins.count > 0 && begins.first < arrival { _ = begins.removeFirst() }
    if begins.count >= backlog { return false }
    begins.append(begin)
    waited += measured(from: arrival, until: begin)
    return true
  }

  /// The part of a span that lies in what is measured, in nanoseconds.
  @inline(__always)
  private func measured(from start: Instant, until end: Instant) -> Double {
    Double(max(0, (min(end, measuredUntil) - max(start, measuredFrom)).count))
  }

  /// The part of what it could do that it did in a span.
  func utilization(over span: Nanoseconds) -> Double {
    guard span > .zero else { return 0 }
    return min(1, used / Double(workers) / Double(span.count))
  }

  /// The mean number of requests waiting in a span.
  func queueMean(over span: Nanoseconds) -> Double {
    span > .zero ? waited / Double(span.count) : 0
  }
}
