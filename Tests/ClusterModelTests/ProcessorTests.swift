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
    cores: Double, cpus: Double, phase: Double, demands: [Int64], start: Int64 = 0
  ) -> [Int64] {
    var processor = Processor(cores: cores, cpus: cpus, phase: phase)
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
}
