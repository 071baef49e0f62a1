/// The values that faults have put in the place of a configured one, in the order in which the
/// faults began.
///
/// The one that began last holds. When it ends, the one before it holds again; when none is left,
/// what was configured.
struct ValueOverrides<Value> {
  private var inForce: [(beginning: Int, value: Value)] = []

  /// The value that holds; nil for the configured one.
  var current: Value? { inForce.last?.value }

  /// Lets a change of the timeline begin or end.
  mutating func note(_ change: EffectTimeline.Change, _ value: Value) {
    if change.begins {
      inForce.append((change.beginning, value))
    } else {
      inForce.removeAll { $0.beginning == change.beginning }
    }
  }

  /// Ends all of them.
  mutating func removeAll() { inForce = [] }
}

/// What faults have put in the place of a backend's configuration.
struct BackendOverrides {
  var failures = ValueOverrides<(rate: Double, status: UInt16)>()
  var cpus = ValueOverrides<Double>()
  /// Threads that compete for its CPU.
  var competitors = ValueOverrides<Double>()
  var memoryLimit = ValueOverrides<Int>()
  /// Memory that something else in the container takes.
  var filling = ValueOverrides<Int>()

  /// Ends what was put on a run of the container that is over; its answers are not its run's alone.
  mutating func endRun() {
    cpus.removeAll()
    competitors.removeAll()
    memoryLimit.removeAll()
    filling.removeAll()
  }
}
