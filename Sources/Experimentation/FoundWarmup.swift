import ClusterModel
import ExperimentModel

/// The warm-up that a run needs, found from pilot runs by MSER-5.
///
/// The latencies of each pilot are put into batches of five in the order of the requests' ends, and
/// the batches of the same number are averaged over the pilots. Left out is the part without which
/// the standard error of the mean of the rest is least (K. P. White, "An effective truncation
/// heuristic for bias reduction in simulation output", *Simulation* 69, 1997); it is not more than
/// half. The pilots have seeds of their own and are not measured, so that the choice of the part
/// cannot bias what is.
public struct FoundWarmup: Sendable, Hashable {
  /// How long it lasts.
  public var duration: Duration
  /// Whether a steady state was found; if not, the latencies still drift at half of the run.
  public var isSettled: Bool

  /// How many pilot runs are averaged.
  static let pilots = 20

  init(pilots: [[CourseBatch]]) {
    let count = pilots.map(\.count).min() ?? 0
    guard count >= 10 else {
      (duration, isSettled) = (.zero, false)
      return
    }
    let means = (0..<count).map { index in
      pilots.reduce(0) { $0 + $1[index].latency } / Double(pilots.count)
    }
    let cut = Self.truncation(of: means)
    isSettled = cut < count / 2
    let sent = cut == 0 ? 0 : pilots.map { $0[cut].sent }.max() ?? 0
    duration = .nanoseconds(sent)
  }

  /// How many values at the start to leave out: so many that the squared standard error of the mean
  /// of the rest is least, and at most half.
  static func truncation(of values: [Double]) -> Int {
    var best = (cut: 0, error: Double.infinity)
    var (mean, squares, count) = (0.0, 0.0, 0.0)
    // From the back, so that one pass finds the variance of every rest (Welford).
    for cut in values.indices.reversed() {
      count += 1
      let distance = values[cut] - mean
      mean += distance / count
      squares += distance * (values[cut] - mean)
      guard cut <= values.count / 2 else { continue }
      let error = squares / (count * count)
      if error <= best.error { best = (cut, error) }
    }
    return best.cut
  }
}
