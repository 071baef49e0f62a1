import ClusterModel
import SimulationEngine
import Testing

@Suite struct ProcessorTests {
  /// The wall time of one thread that needs `work` ms of CPU alone under a quota, when it starts
  /// `phase` ms into a period: the closed form that was checked against the kernel's rules.
  static func wallTime(work: Double, quota: Double, phase: Double, period: Double = 100) -> Double {
    let rest = period - phase
    if work <= min(quota, rest) { return work }
    if quota <= rest {
      let refills = (work / quota).rounded(.up) - 1
      return rest + (refills - 1) * period + (work - refills * quota)
    }
    let later = work - rest
    let periods = (later / quota).rounded(.up)
    return rest + (periods - 1) * period + (later - (periods - 1) * quota)
  }

  /// Runs jobs that all start at one time, and says when each is done, in ns after that time.
  static func completions(
    cores: Double, turns: Int = .max, cpus: Double, phase: Double, demands: [Int64],
    start: Int64 = 0
  ) -> [Int64] {
    var processor = Processor(cores: cores, turns: turns, cpus: cpus, phase: phase)
    let begin = Instant(nanoseconds: start)
    for (index, demand) in demands.enumerated() {
      processor.start(RequestIndex(index), demand: Nanoseconds(demand), at: begin)
    }
    var done = Array(repeating: Int64(-1), count: demands.count)
    var steps = 0
    while processor.running > 0, steps < 100_000 {
      let due = processor.nextDue
      if let request = processor.take(at: due) { done[request.int] = (due - begin).count }
      steps += 1
    }
    return done
  }

  @Test func `one thread under a quota takes the time of the closed form`() {
    var stream = RandomStream(seed: 9, purpose: "quota")
    for _ in 0..<2_000 {
      let quota = 1 + 98 * stream.uniform()
      let phase = stream.uniform()
      let work = 400 * stream.uniform()
      let exact = Self.wallTime(work: work, quota: quota, phase: 100 * phase)
      let done = Self.completions(
        cores: 4, cpus: quota / 100, phase: phase, demands: [Int64(work * 1e6)])
      // Each quota is spent within a nanosecond: a microsecond covers the hundreds of them.
      #expect(abs(Double(done[0]) / 1e6 - exact) < 1e-3)
    }
  }

  @Test(arguments: [
    // Demands in ms, cores, cpus, where in the period they start, when the last is done.
    ([25.0], 1.0, 0.125, 0.0, 112.5), ([25], 1, 0.125, 0.5, 62.5), ([25], 1, 0.125, 0.87, 25.5),
    ([50], 1, 0.125, 0.5, 262.5), ([100], 1, 0.125, 0, 712.5), ([5], 1, 0.125, 0, 5),
    ([50, 50], 2, 0.5, 0, 125), ([50, 50], 2, 0.5, 0.5, 75),
    // Without a quota: two share one core, three share two.
    ([10, 10], 1, .infinity, 0, 20), ([10, 10, 10], 2, .infinity, 0, 15),
  ])
  func `bursts take the time of the worked examples`(
    demands: [Double], cores: Double, cpus: Double, phase: Double, last: Double
  ) throws {
    let done = Self.completions(
      cores: cores, cpus: cpus, phase: phase, demands: demands.map { Int64($0 * 1e6) })
    #expect(abs(Double(try #require(done.max())) / 1e6 - last) < 1e-4)
  }

  @Test func `shorter work leaves first when a core is shared`() {
    let done = Self.completions(
      cores: 1, cpus: .infinity, phase: 0, demands: [30_000_000, 10_000_000, 20_000_000])
    #expect(done == [60_000_000, 30_000_000, 50_000_000])
  }

  @Test func `a loop of events runs each piece of work to its end before the next`() {
    let done = Self.completions(
      cores: 1, turns: 1, cpus: .infinity, phase: 0,
      demands: [30_000_000, 10_000_000, 20_000_000])
    #expect(done == [30_000_000, 40_000_000, 60_000_000])
  }

  @Test func `two loops take what comes from one line, and spend one quota`() {
    // 40 ms of CPU each period: they are spent after 20 ms, and 10 ms are left for the next.
    let done = Self.completions(
      cores: 2, turns: 2, cpus: 0.4, phase: 0,
      demands: [20_000_000, 10_000_000, 20_000_000])
    #expect(done == [20_000_000, 10_000_000, 110_000_000])
  }

  @Test func `a quota is spent by all threads together, and throttling is counted`() {
    var processor = Processor(cores: 4, cpus: 0.5, phase: 0)
    for index in 0..<4 {
      processor.start(
        RequestIndex(index), demand: Nanoseconds(25_000_000), at: .zero)
    }
    // Four threads spend 50 ms of quota in 12.5 ms, wait until 100 ms, and need 12.5 ms more.
    #expect(processor.nextDue == Instant(nanoseconds: 12_500_000))
    #expect(processor.take(at: processor.nextDue) == nil)
    #expect(processor.nextDue == Instant(nanoseconds: 100_000_000))
    #expect(processor.take(at: processor.nextDue) == nil)
    #expect(processor.nextDue == Instant(nanoseconds: 112_500_000))
    #expect(processor.usage.throttled == 87_500_000)
    #expect(processor.usage.used == 50_000_000)
  }

  @Test func `nothing is lost when the run has lasted for years`() {
    let late = Int64(86_400 * 365 * 20) * 1_000_000_000
    let early = Self.completions(
      cores: 2, cpus: .infinity, phase: 0, demands: [3_000_001, 5_000_003, 7_000_007])
    let after = Self.completions(
      cores: 2, cpus: .infinity, phase: 0, demands: [3_000_001, 5_000_003, 7_000_007], start: late)
    #expect(early == after)
  }

  @Test func `competing threads take their share of the cores and of the quota`() {
    // One request beside two threads on one core: a third of it.
    var processor = Processor(cores: 1, cpus: .infinity, phase: 0)
    processor.setCompetitors(2, at: .zero)
    processor.start(RequestIndex(0), demand: Nanoseconds(10_000_000), at: .zero)
    #expect(processor.nextDue == Instant(nanoseconds: 30_000_000))
    // Three runnable threads spend a quota of 60 ms on four cores in 20 ms of each 100 ms.
    processor = Processor(cores: 4, cpus: 0.6, phase: 0)
    processor.setCompetitors(2, at: .zero)
    processor.start(RequestIndex(0), demand: Nanoseconds(30_000_000), at: .zero)
    #expect(processor.nextDue == Instant(nanoseconds: 20_000_000))
    #expect(processor.take(at: processor.nextDue) == nil)
    #expect(processor.take(at: processor.nextDue) == nil)
    #expect(processor.nextDue == Instant(nanoseconds: 110_000_000))
    // Gone, they leave it the whole of what the period still has.
    processor.setCompetitors(0, at: Instant(nanoseconds: 105_000_000))
    #expect(processor.nextDue == Instant(nanoseconds: 110_000_000))
  }

  @Test(arguments: [(30, 30), (59, 59), (60, 100), (99, 100), (100, 100), (130, 130), (170, 200)])
  func `a quota that nobody else has spent may be spent by competitors alone`(
    arrival: Int64, begins: Int64
  ) {
    // One thread spends 60 ms of each 100 ms, from the start of the period on.
    var processor = Processor(cores: 1, cpus: 0.6, phase: 0)
    processor.setCompetitors(1, at: .zero)
    let start = Instant(nanoseconds: arrival * 1_000_000)
    processor.start(RequestIndex(0), demand: Nanoseconds(500_000), at: start)
    // The request shares the core with it, and needs twice its time.
    var due = processor.nextDue
    while processor.take(at: due) == nil { due = processor.nextDue }
    #expect(due == Instant(nanoseconds: begins * 1_000_000 + 1_000_000))
  }

  @Test func `a new limit gives its quota at once and keeps the grid of periods`() {
    var processor = Processor(cores: 1, cpus: 0.1, phase: 0)
    processor.start(RequestIndex(0), demand: Nanoseconds(60_000_000), at: .zero)
    #expect(processor.take(at: processor.nextDue) == nil)
    // Spent at 10 ms; at 40 ms there are 20 ms more, then 20 ms at 100 ms and 10 at 200 ms.
    processor.setLimit(cpus: 0.2, at: Instant(nanoseconds: 40_000_000))
    #expect(processor.nextDue == Instant(nanoseconds: 60_000_000))
    var due = processor.nextDue
    while processor.take(at: due) == nil { due = processor.nextDue }
    #expect(due == Instant(nanoseconds: 210_000_000))
    processor.start(RequestIndex(1), demand: Nanoseconds(60_000_000), at: due)
    processor.setLimit(cpus: .infinity, at: due)
    #expect(processor.nextDue == Instant(nanoseconds: 270_000_000))
  }
}
