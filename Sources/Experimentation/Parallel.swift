import Dispatch
import ExperimentModel
import SimulationEngine
import Synchronization

/// Work that is done on several cores at once.
enum Parallel {
  /// Does something for each number, in order of their beginnings, at most `jobs` at a time; the
  /// caller's thread is one of them.
  static func forEach(_ numbers: Range<Int>, jobs: Int, _ body: @Sendable (Int) -> Void) {
    let next = Atomic(numbers.lowerBound)
    DispatchQueue.concurrentPerform(iterations: min(jobs, numbers.count)) { _ in
      while true {
        let number = next.add(1, ordering: .relaxed).oldValue
        guard number < numbers.upperBound else { return }
        body(number)
      }
    }
  }
}

extension Topology {
  /// A seed for something that is derived from another seed by name.
  static func seed(of purpose: String, from seed: UInt64) -> UInt64 {
    var stream = RandomStream(seed: seed, purpose: purpose)
    return stream.next()
  }
}
