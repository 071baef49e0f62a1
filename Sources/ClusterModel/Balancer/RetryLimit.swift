import ExperimentModel
import SimulationEngine

/// How many retries a balancer lets there be, so that they do not bury backends in trouble.
///
/// Envoy counts those under way at once: at most 3, or a share of the requests that are active or
/// wait (`circuit_breakers` and `retry_budget`, whose least is 3). Finagle counts those of the last
/// ten seconds: a share of the requests of the same time, and ten a second besides
/// (`finagle-core/.../service/RetryBudget.scala`).
struct RetryLimit: ~Copyable {
  /// Whether there is a limit at all.
  let isLimited: Bool
  private let counts: Counting
  private let share: Double
  private let most: Int
  private var underWay = 0
  /// Requests and retries of each of the last ten seconds, by the last digit of the second.
  private let requests = Column(repeating: 0, count: 10)
  private let retries = Column(repeating: 0, count: 10)
  private var second: Int64 = 0

  private enum Counting { case underWay, recent }

  /// The retries that are always allowed: at once in Envoy, in a second in Finagle.
  private static var leastAtOnce: Int { 3 }
  private static var leastInSecond: Int { 10 }

  init(_ rules: BalancerRules) {
    isLimited = rules.program == .envoy || rules.program == .finagle
    counts = rules.program == .finagle ? .recent : .underWay
    share = rules.retry.budget?.fraction ?? (rules.program == .finagle ? 0.2 : 0)
    most = rules.retry.budget == nil ? rules.mostRetries : RetryLimit.leastAtOnce
  }

  /// Counts a request that is not a retry.
  mutating func noteRequest(at now: Instant) {
    if !isLimited || counts == .underWay { return }
    move(to: now)
    requests[Int(second % 10)] += 1
  }

  /// Whether one more retry is allowed beside so many requests.
  mutating func allowsOne(beside active: Int, at now: Instant) -> Bool {
    if counts == .underWay { return underWay < max(most, Int(share * Double(active))) }
    move(to: now)
    var asked = 0
    var spent = 0
    for place in 0..<10 {
      asked += requests[place]
      spent += retries[place]
    }
    return Double(spent) + 1 <= share * Double(asked) + Double(10 * RetryLimit.leastInSecond)
  }

  /// Counts a retry that begins.
  mutating func begin(at now: Instant) {
    underWay += 1
    if counts == .underWay { return }
    move(to: now)
    retries[Int(second % 10)] += 1
  }

  /// Counts a retry that has ended.
  mutating func end() { underWay -= 1 }

  /// Forgets what is older than ten seconds.
  private mutating func move(to now: Instant) {
    let reached = now.nanoseconds / 1_000_000_000
    for passed in 1...10 where second + Int64(passed) <= reached {
      requests[Int((second + Int64(passed)) % 10)] = 0
      retries[Int((second + Int64(passed)) % 10)] = 0
    }
    second = max(second, reached)
  }
}
