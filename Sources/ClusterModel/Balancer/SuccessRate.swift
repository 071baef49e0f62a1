import SimulationEngine

/// How well a node of Finagle's has answered lately: a mean of successes that forgets.
///
/// It says nothing before it has seen a whole window of time, and enough requests in the last one.
///
/// Sources: `FailureAccrualPolicy.successRateWithinDuration` in
/// `finagle-core/.../liveness/FailureAccrualPolicy.scala`, and `util/Ema.scala`: the older of two
/// answers that lie t apart keeps the weight exp(-t / window). The requests of a window are counted
/// in five slices, as Finagle's `WindowedAdder` does.
struct SuccessRate: BitwiseCopyable {
  private var mean = 1.0
  private var latest = Instant.never
  private var begun: Instant
  private var slice: Int64 = 0
  private var counts: (Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0)

  /// The window, the share of successes that a node must reach, and the fewest requests that count.
  private static var window: Nanoseconds { Nanoseconds(30_000_000_000) }
  private static var required: Double { 0.8 }
  private static var fewest: Int32 { 5 }

  /// Makes the rate of a node that has begun, or begun again, at a time.
  init(from start: Instant) { begun = start }

  /// Takes note of an answer.
  mutating func take(success: Bool, at now: Instant) {
    let value = success ? 1.0 : 0
    let age = Double((now - latest).count) / Double(SuccessRate.window.count)
    let weight = latest == .never ? 0 : Elementary.exp(-age)
    mean = value * (1 - weight) + mean * weight
    latest = now
    move(to: now)
    counts.0 += 1
  }

  /// Whether the node answers too badly to be used.
  func isTooLow(at now: Instant) -> Bool {
    let requests = counts.0 + counts.1 + counts.2 + counts.3 + counts.4
    return now - begun >= SuccessRate.window && requests >= SuccessRate.fewest
      && mean < SuccessRate.required
  }

  /// Forgets the slices that are older than the window.
  private mutating func move(to now: Instant) {
    let reached = (now - begun).count * 5 / SuccessRate.window.count
    for _ in 0..<min(reached - slice, 5) {
      counts = (0, counts.0, counts.1, counts.2, counts.3)
    }
    slice = max(slice, reached)
  }
}
