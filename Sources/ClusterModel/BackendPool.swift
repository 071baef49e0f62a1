import ExperimentModel
import SimulationEngine
import Statistics

/// The backends: requests in service, requests that wait for a worker, and what they cost.
///
/// Each backend is one row, since an event touches one backend and all of it.
struct BackendPool: ~Copyable {
  /// How many backends there are.
  let count: Int
  let rows: UnsafeMutablePointer<Row>
  /// Of many backends the first jobs of each, side by side; nil where there are few.
  private let firstJobs: UnsafeMutableBufferPointer<Processor.Job>?
  private let service: RandomStream
  /// A stream for each stage of a service after the first.
  let laterStages: Column<RandomStream>

  struct Row: ~Copyable {
    var processor: Processor
    let demand: Sampler
    let workers: Int
    let backlog: Int
    /// How many workers are taken.
    var inService = 0
    var oldestWaiting = RequestIndex.none
    var youngestWaiting = RequestIndex.none
    var waiting = TimeWeightedSum()
    /// What a request goes through after its first CPU time; nothing in most.
    var stages: LaterStages
    var memory: MemoryAccount
    var condition: Condition
    /// The request with which a worker began last, or with whose next stage.
    var lastBegun = RequestIndex.none
    /// Whether a request is done after its first CPU time, and none is a probe.
    let isPlain: Bool
  }

  /// Makes idle backends; their quota periods begin at random.
  init(_ backends: [Backend], seed: UInt64, shop: inout SamplerShop) {
    count = backends.count
    rows = .allocate(rows: backends.count)
    let jobs = BackendPool.jobsSideBySide * backends.count
    firstJobs =
      BackendPool.outgrowsCache(count)
      ? UnsafeMutableBufferPointer(start: .allocate(rows: jobs), count: jobs) : nil
    service = .service(seed: seed)
    let longest = backends.map(\.service.laterStages.count).max() ?? 0
    laterStages = Column(
      (0..<longest).map { RandomStream(seed: seed, purpose: "service, stage \($0 + 2)") })
    let phases = RandomStream(seed: seed, purpose: "quota phase")
    for (index, backend) in backends.enumerated() {
      var phase = phases.substream(UInt64(index))
      let (cores, turns) = backend.sharing
      (rows + index).initialize(
        to: Row(
          processor: Processor(
            cores: cores, turns: turns, cpus: backend.cpus?.count ?? .infinity,
            phase: phase.uniform(), room: firstJobs(of: index)),
          demand: shop.sampler(of: backend.service.firstDemand),
          workers: backend.workers.count,
          backlog: backend.backlog,
          stages: LaterStages(of: backend.service, shop: &shop),
          memory: MemoryAccount(backend),
          condition: Condition(errorRate: backend.errorRate.fraction),
          isPlain: backend.service.laterStages.isEmpty && backend.healthcheck == nil))
    }
  }

  deinit {
    rows.deinitialize(count: count)
    rows.deallocate()
    firstJobs?.deallocate()
  }

  /// How many jobs of each of many backends lie side by side: two lines of a cache.
  private static var jobsSideBySide: Int { 8 }

  private func firstJobs(of place: Int) -> UnsafeMutableBufferPointer<Processor.Job>? {
    let start = place * BackendPool.jobsSideBySide
    return firstJobs.map {
      UnsafeMutableBufferPointer(rebasing: $0[start..<start + BackendPool.jobsSideBySide])
    }
  }

  /// Whether there are so many that they do not stay in the cache.
  var areMany: Bool { firstJobs != nil }

  /// Whether so many backends do not stay in the cache with all that is known of each.
  static func outgrowsCache(_ count: Int) -> Bool { count > 500 }

  /// Begins to fetch a backend that is needed at once, all of it together.
  @inline(__always)
  func fetch(_ backend: BackendIndex) {
    guard let jobs = firstJobs?.baseAddress else { return }
    rows.fetch(backend.int)
    jobs.fetch(BackendPool.jobsSideBySide * backend.int)
    jobs.fetch(BackendPool.jobsSideBySide * backend.int + BackendPool.jobsSideBySide / 2)
  }

  /// What becomes of a request that reaches a backend.
  enum Admission { case inService, waits, noRoom, refused, unreachable, outOfMemory }

  /// Takes a request in: a free worker starts it, the backlog keeps it, or it is refused.
  func admit(
    _ request: RequestIndex, to backend: BackendIndex, at time: Instant,
    in requests: borrowing RequestTable
  ) -> Admission {
    let row = rows + backend.int
    if !row.pointee.condition.isUp {
      return row.pointee.condition.refuses ? .refused : .unreachable
    }
    if row.pointee.inService < row.pointee.workers {
      start(request, on: row, at: time, in: requests)
      row.pointee.inService += 1
      let hasMemory = row.pointee.memory.holds(requests: row.pointee.inService)
      return hasMemory ? .inService : .outOfMemory
    }
    if row.pointee.waiting.value >= row.pointee.backlog { return .noRoom }
    enqueue(request, on: row, in: requests)
    row.pointee.waiting.add(1, at: time.nanoseconds)
    return .waits
  }

  /// Takes what a backend's CPU has due: the request that is done, whose worker then takes the one
  /// that has waited longest; or nil when only the quota was spent or refilled.
  @inline(__always)
  func work(
    at backend: BackendIndex, at time: Instant, in requests: borrowing RequestTable
  ) -> RequestIndex? {
    let row = rows + backend.int
    guard let done = row.pointee.processor.take(at: time) else { return nil }
    if requests.areMany { requests.fetch(done) }
    if !row.pointee.isPlain, goesOn(done, on: row, at: time, in: requests) { return nil }
    freeWorker(of: row, at: time, in: requests)
    return done
  }

  /// A worker has done with a request, and takes the one that has waited longest.
  @inline(__always)
  func freeWorker(
    of row: UnsafeMutablePointer<Row>, at time: Instant, in requests: borrowing RequestTable
  ) {
    if row.pointee.waiting.value > 0 {
      row.pointee.waiting.add(-1, at: time.nanoseconds)
      start(dequeue(from: row, in: requests), on: row, at: time, in: requests)
    } else {
      row.pointee.inService -= 1
    }
  }

  /// Whether a backend's kernel accepts one more connection, whatever the process does with it.
  func accepts(_ backend: BackendIndex) -> Bool {
    let row = rows + backend.int
    return row.pointee.inService < row.pointee.workers
      || row.pointee.waiting.value < row.pointee.backlog
  }

  /// Takes a request out of a backend that dies: one in service, or one that waits; nil when none
  /// is left.
  func evict(
    from backend: BackendIndex, at time: Instant, in requests: borrowing RequestTable
  ) -> RequestIndex? {
    let row = rows + backend.int
    if let running = row.pointee.processor.evict(at: time) ?? row.pointee.stages.evict() {
      row.pointee.inService -= 1
      return running
    }
    guard row.pointee.waiting.value > 0 else { return nil }
    row.pointee.waiting.add(-1, at: time.nanoseconds)
    return dequeue(from: row, in: requests)
  }

  /// Whether a backend has nothing to do.
  func isIdle(_ backend: BackendIndex) -> Bool {
    rows[backend.int].inService == 0 && rows[backend.int].waiting.value == 0
  }

  /// Whether no backend has anything to do.
  ///
  /// - Complexity: O(backends).
  var areIdle: Bool { (0..<count).allSatisfy { isIdle(BackendIndex($0)) } }

  /// When a backend's CPU needs attention next; never when it is idle.
  @inline(__always)
  func nextDue(at backend: BackendIndex) -> Instant { rows[backend.int].processor.nextDue }

  /// The request with which a worker of a backend began last, or with whose next stage.
  func lastBegun(at backend: BackendIndex) -> RequestIndex { rows[backend.int].lastBegun }

  /// Begins to measure a backend: what was before does not count.
  func restartUsage(of backend: BackendIndex, at time: Instant) {
    rows[backend.int].processor.restartUsage(at: time)
    rows[backend.int].waiting.restart(at: time.nanoseconds)
  }

  /// Writes what the backends did between two times into their results.
  func summarise(from start: Instant, until end: Instant, into results: inout [BackendResult]) {
    for index in 0..<count {
      rows[index].processor.advance(to: max(end, rows[index].processor.now))
      results[index].utilization = rows[index].processor.utilization(over: end - start)
      results[index].throttledSeconds = rows[index].processor.usage.throttled / 1e9
      results[index].queueMean = rows[index].waiting.mean(
        from: start.nanoseconds, until: end.nanoseconds)
      results[index].restarts = rows[index].condition.restarts
      results[index].memoryPeakBytes = rows[index].memory.peak
      results[index].outOfMemoryKills = rows[index].condition.outOfMemoryKills
    }
  }

  private func start(
    _ request: RequestIndex, on row: UnsafeMutablePointer<Row>, at time: Instant,
    in requests: borrowing RequestTable
  ) {
    // The cost belongs to the request, whichever backend serves it: strategies are compared on
    // the same work.
    var stream = service.substream(requests[request].serial)
    var demand = Nanoseconds(nearest: row.pointee.demand.draw(from: &stream))
    if !row.pointee.isPlain { demand = beginStages(of: request, demand, in: requests) }
    row.pointee.processor.start(request, demand: demand, at: time)
    row.pointee.lastBegun = request
  }

  private func enqueue(
    _ request: RequestIndex, on row: UnsafeMutablePointer<Row>, in requests: borrowing RequestTable
  ) {
    requests[request].next = .none
    if row.pointee.waiting.value == 0 {
      row.pointee.oldestWaiting = request
    } else {
      requests[row.pointee.youngestWaiting].next = request
    }
    row.pointee.youngestWaiting = request
  }

  private func dequeue(
    from row: UnsafeMutablePointer<Row>, in requests: borrowing RequestTable
  ) -> RequestIndex {
    let request = row.pointee.oldestWaiting
    row.pointee.oldestWaiting = requests[request].next
    return request
  }
}

extension Backend {
  /// How many cores its threads use at once, and how many requests at most are on them: loops of
  /// events take one each, threads share.
  fileprivate var sharing: (cores: Double, turns: Int) {
    switch server {
    case .eventLoop:
      let loops = max(1, Int(cores?.count ?? 1))
      return (cores?.count ?? 1, loops)
    case .threads:
      let threads = workers.count == .max ? .infinity : Double(workers.count)
      return (cores?.count ?? threads, .max)
    }
  }
}

extension Workers {
  /// The number of workers; the largest integer when there is no limit.
  var count: Int {
    switch self {
    case .unlimited: .max
    case .count(let count): count
    }
  }
}
