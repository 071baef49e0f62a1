import ClusterModel
import Dispatch
import ExperimentModel
import Statistics
import Synchronization

/// The maker of replications: independent runs of one topology, on as many cores as are allowed.
///
/// The n-th replication depends on the seed and on n alone, and results are put together in the
/// order of n: how many jobs there are changes nothing in a result.
public struct Replicator: Sendable {
  private let topology: Topology
  private let jobs: Int
  private let count: Int
  /// What is kept of the first replication besides its figures.
  private let recording: MetricSelection
  private let traces: Int

  /// The replications after which a wanted precision is looked at for the first time.
  private static let first = 10
  /// The most replications that a wanted precision is sought with, unless a file says otherwise.
  private static let most = 1_000

  /// Makes a maker of as many replications as the topology's settings say.
  ///
  /// - Parameters:
  ///   - jobs: how many run at the same time; positive.
  ///   - standard: how many replications there are where the settings do not say.
  ///   - recording: what is kept of the first replication besides the figures that all have.
  ///   - traces: how many of its slowest requests are traced.
  public init(
    _ topology: Topology, jobs: Int, standard: Int = 1, recording: MetricSelection = [],
    tracing traces: Int = 0
  ) {
    precondition(jobs > 0, "something does the work")
    self.topology = topology
    self.jobs = jobs
    self.recording = recording
    self.traces = traces
    let isSearched = topology.run.precision != nil
    count = topology.run.replications ?? (isSearched ? Self.most : standard)
  }

  /// Runs them all, or as many as the wanted precision needs.
  ///
  /// - Parameter progress: told now and then which part is done, from 0 to 1; by one job at a time.
  public func run(progress: @escaping @Sendable (Double) -> Void = { _ in }) -> ReplicatedResult {
    var topology = topology
    let warmup = topology.run.findsWarmup ? findWarmup() : nil
    if let warmup {
      topology.run.findsWarmup = false
      topology.run.warmup = warmup.duration
    }
    var gathered = Gathering()
    var next = 0
    var goal = topology.run.precision == nil ? count : min(Self.first, count)
    var result: ReplicatedResult
    while true {
      gathered = replicate(next..<goal, of: topology, onto: gathered, progress)
      next = goal
      guard let made = gathered.result else { preconditionFailure("at least one run was made") }
      result = made
      guard let precision = topology.run.precision?.fraction else { break }
      let reached = result.relativeHalfWidth
      result.precision = (precision, reached)
      if goal == count || reached.map({ $0 <= precision }) ?? false { break }
      // Few looks at the width: each is a chance to stop too early.
      goal = min(count, goal + (goal + 1) / 2)
    }
    result.warmup = warmup
    return result
  }

  /// Runs the replications of these numbers.
  private func replicate(
    _ numbers: Range<Int>, of topology: Topology, onto gathered: Gathering,
    _ progress: @escaping @Sendable (Double) -> Void
  ) -> Gathering {
    let gathering = Mutex(gathered)
    let done = Mutex(0.0)
    let share = 1 / Double(count)
    let start = Double(numbers.lowerBound)
    Parallel.forEach(numbers, jobs: jobs) { number in
      var before = 0.0
      let isFirst = number == 0
      let simulation = Simulation(
        topology.replication(number), recording: isFirst ? recording : [],
        tracing: isFirst ? traces : 0)
      let result = simulation.run { fraction in
        done.withLock {
          $0 += fraction - before
          before = fraction
          progress((start + $0) * share)
        }
      }
      done.withLock { $0 += 1 - before }
      gathering.withLock { $0.add(result, number: number) }
    }
    return gathering.withLock { $0 }
  }

  /// The warm-up of the topology, found from pilots.
  private func findWarmup() -> FoundWarmup {
    var topology = topology
    topology.run.warmup = .zero
    let pilot = topology
    let courses = Mutex([[CourseBatch]](repeating: [], count: FoundWarmup.pilots))
    Parallel.forEach(0..<FoundWarmup.pilots, jobs: jobs) { number in
      var run = pilot
      run.run.seed = Topology.seed(of: "pilot \(number)", from: pilot.run.seed)
      let course = Simulation(run, recording: .course).run().course
      courses.withLock { $0[number] = course }
    }
    return FoundWarmup(pilots: courses.withLock { $0 })
  }
}

/// Results that arrive in any order and are put together in that of their numbers.
private struct Gathering: Sendable {
  private(set) var result: ReplicatedResult?
  private var early: [Int: RunResult] = [:]
  private var next = 0

  mutating func add(_ run: RunResult, number: Int) {
    early[number] = run
    while let run = early.removeValue(forKey: next) {
      if result == nil { result = ReplicatedResult(run) } else { result?.append(run) }
      next += 1
    }
  }
}

extension Topology {
  /// The topology with the seed of its n-th replication, of which the first has the topology's own.
  func replication(_ number: Int) -> Topology {
    var topology = self
    if number > 0 { topology.run.seed = Self.seed(of: "replication \(number)", from: run.seed) }
    return topology
  }
}
