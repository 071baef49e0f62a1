import SimulationEngine

/// The CPU of one backend: requests in service share its cores equally, or take turns on them, and
/// all of them together spend a quota that is refilled each period.
///
/// Egalitarian processor sharing in virtual time: while k requests are in service each of them
/// receives `speed` = min(1, cores / k) of service per unit of time, so a request that arrives when
/// the service given to each is V and needs X is done when it reaches V + X, whatever comes in
/// between. The quota follows Linux CFS bandwidth control (Documentation/scheduler/sched-bwc.rst):
/// periods of 100 ms on a grid of their own, nothing carried over, and when it is spent nobody
/// runs until the next period. Times are exact; there are no small steps.
///
/// A loop of events runs each piece of work to its end before it begins the next: no more jobs
/// share the cores than there are loops, and the others stand in line.
package struct Processor: ~Copyable {
  /// The length of a quota period, Docker's: 100 ms.
  static var period: Nanoseconds { Nanoseconds(100_000_000) }

  var cores: Double
  /// CPU time in nanoseconds each period; infinity without a limit.
  var quota: Double
  /// Threads of another program under the same limit, which always want to run.
  var competitors = 0.0
  var jobs: Heap<Job>
  /// How many jobs there are at most; what comes then waits for its turn.
  private let turns: Int
  private var line = Ring<Waiting>(capacity: 2)
  private var admitted: UInt32 = 0
  /// The service, in nanoseconds, that each job has received since the CPU was last idle.
  private var served = 0.0
  var now = Instant.zero
  var quotaLeft: Double
  var periodEnd: Instant
  var isThrottled = false
  var isFrozen = false
  package internal(set) var usage = Usage()

  /// What the CPU did since the measurement began, in nanoseconds.
  package struct Usage: BitwiseCopyable {
    /// CPU time given to requests.
    package var used = 0.0
    /// Time with at least one request in service.
    package var busy = 0.0
    /// Time in which requests in service could not run because the quota was spent.
    package var throttled = 0.0
    /// CPU time that was there to be used under limits that hold no longer.
    var offered = 0.0
    /// Since when the present limits hold, or have been measured.
    var offeredFrom = Instant.zero
  }

  package struct Job: BitwiseCopyable, Comparable {
    /// The service given to each at which it is done; not negative.
    let finish: Double
    let order: UInt32
    let request: RequestIndex
    @inline(__always)
    package static func < (a: Job, b: Job) -> Bool { a.rank < b.rank }

    /// Both in one number: the bits of numbers that are not negative are in their order.
    @inline(__always)
    private var rank: UInt128 { UInt128(finish.bitPattern) << 64 | UInt128(order) }
  }

  /// Work that waits for its turn.
  private struct Waiting: BitwiseCopyable {
    let request: RequestIndex
    let demand: Nanoseconds
  }

  /// Makes an idle CPU.
  ///
  /// - Parameters:
  ///   - cores: how many cores its threads may use at once; infinity for any number.
  ///   - turns: how many requests it serves at a time, in the order in which they come; the largest
  ///     integer where it divides itself between all.
  ///   - cpus: the quota in cores; infinity for none.
  ///   - phase: where in a period the run begins, from 0 to 1.
  ///   - room: memory for its first jobs, if it is not to have its own.
  package init(
    cores: Double, turns: Int = .max, cpus: Double, phase: Double,
    room: UnsafeMutableBufferPointer<Job>? = nil
  ) {
    jobs = if let room { Heap(in: room) } else { Heap() }
    self.cores = cores
    self.turns = turns
    let period = Double(Processor.period.count)
    quota = cpus * period
    quotaLeft = quota
    periodEnd = quota.isFinite ? .zero + Nanoseconds(nearest: (1 - phase) * period) : .never
  }

  /// How many requests are in service.
  package var running: Int { jobs.count + line.count }

  /// Begins to serve a request that needs so much CPU time.
  ///
  /// - Complexity: O(log running).
  @inline(__always)
  package mutating func start(_ request: RequestIndex, demand: Nanoseconds, at time: Instant) {
    advance(to: time)
    if jobs.count == 0 {
      served = 0
      if time >= periodEnd { refill(at: time) }
    }
    if jobs.count == turns {
      line.append(Waiting(request: request, demand: demand))
    } else {
      run(request, demand)
    }
  }

  @inline(__always)
  private mutating func run(_ request: RequestIndex, _ demand: Nanoseconds) {
    if served > Processor.farFromZero { rebase() }
    admitted &+= 1
    jobs.insert(Job(finish: served + Double(demand.count), order: admitted, request: request))
  }

  /// Takes the job that is done, or ends first, and lets the one next in line run.
  @inline(__always)
  private mutating func removeFirst() -> RequestIndex {
    let request = jobs.removeFirst().request
    if line.count > 0 {
      let next = line.removeFirst()
      run(next.request, next.demand)
    }
    return request
  }

  /// Takes what is due at a time that `nextDue` named: the request that is done, or nil when only
  /// the quota was spent or refilled.
  ///
  /// - Complexity: O(log running).
  @inline(__always)
  package mutating func take(at time: Instant) -> RequestIndex? {
    advance(to: time)
    if isThrottled {
      refill(at: time)
      return nil
    }
    // Half a nanosecond covers what rounding the sum of many demands may have lost.
    if jobs.first.finish <= served + 0.5 { return removeFirst() }
    isThrottled = true
    return nil
  }

  /// When something happens here next if nothing else does; never when idle.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  package var nextDue: Instant {
    // Nothing is changed: a getter that could change something need not copy the whole first.
    mutating get {
      if jobs.count == 0 || isFrozen { return .never }
      if isThrottled { return periodEnd }
      let count = Double(jobs.count) + competitors
      let needed = max(0, jobs.first.finish - served)
      let completion = count <= cores ? needed : needed * count / cores
      return now + Processor.ceiling(quota.isFinite ? untilQuotaEnds(completion) : completion)
    }
  }

  /// The time until the next completion, or until the quota is spent if that comes first and the
  /// same requests stay in service.
  private mutating func untilQuotaEnds(_ completion: Double) -> Double {
    let drain = min(Double(jobs.count) + competitors, cores)
    let untilRefill = Double((periodEnd - now).count)
    if quotaLeft < drain * untilRefill {
      // Most are done long before; this saves them the division.
      return drain * completion < quotaLeft - 1 ? completion : min(completion, quotaLeft / drain)
    }
    let isEnough = quota >= drain * Double(Processor.period.count)
    return isEnough ? completion : min(completion, untilRefill + quota / drain)
  }

  /// Brings the account up to a time, up to which nothing but time has passed.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  mutating func advance(to time: Instant) {
    let elapsed = Double((time - now).count)
    now = time
    if jobs.count == 0 || elapsed == 0 || isFrozen {
      if competitors > 0 { competeAlone(for: elapsed) }
      return
    }
    usage.busy += elapsed
    if isThrottled {
      usage.throttled += elapsed
      return
    }
    let count = Double(jobs.count) + competitors
    let drain = min(count, cores)
    served += count <= cores ? elapsed : elapsed * cores / count
    usage.used += elapsed * drain
    if quota.isFinite {
      var spending = elapsed
      if time >= periodEnd {
        refill(at: time)
        spending = Double((time - (periodEnd - Processor.period)).count)
      }
      quotaLeft -= drain * spending
    }
  }

  /// Takes a request out of service before it is done; nil when none is left.
  mutating func evict(at time: Instant) -> RequestIndex? {
    advance(to: time)
    return jobs.count == 0 ? nil : removeFirst()
  }

  /// Where the service given becomes a number whose fraction is no longer fine enough: 1,000 s.
  private static var farFromZero: Double { 1e12 }

  /// Counts the service given from now on; so many digits are common to all that it is exact.
  private mutating func rebase() {
    let base = served
    served = 0
    jobs.replaceEach { Job(finish: max(0, $0.finish - base), order: $0.order, request: $0.request) }
  }

  /// Begins to measure: what was before does not count.
  mutating func restartUsage(at time: Instant) {
    advance(to: time)
    usage = Usage(offeredFrom: time)
  }

  /// Gives the whole quota of the period that a time lies in.
  mutating func refill(at time: Instant) {
    isThrottled = false
    let missed = (time - periodEnd).count / Processor.period.count
    periodEnd = periodEnd + Processor.period * (missed + 1)
    quotaLeft = quota
  }

  /// The least whole number of nanoseconds that is not shorter than a span.
  private static func ceiling(_ span: Double) -> Nanoseconds {
    let whole = Int64(span)
    return Nanoseconds(Double(whole) < span ? whole + 1 : whole)
  }
}
