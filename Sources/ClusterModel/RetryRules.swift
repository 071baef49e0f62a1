import ExperimentModel
import SimulationEngine

/// What the clients of a group do about failures, and what their retry budget still allows.
struct RetryRules: ~Copyable {
  private let tries: Int
  private let backoff: Pauses?
  private let share: Double?
  /// What was paid into the budget and not used, in each of the last ten seconds.
  private let slots = Column(repeating: 0.0, count: RetryRules.memory)
  private var second: Int64 = 0

  private struct Pauses: BitwiseCopyable {
    let base, factor, longest: Double
    let isDrawn: Bool
  }

  /// How many seconds a payment is remembered: the `ttl` of Finagle's `RetryBudget`.
  private static var memory: Int { 10 }

  init(_ retry: ClientRetry?) {
    tries = retry?.tries ?? 1
    share = retry?.budget?.fraction
    backoff = retry?.backoff.map { backoff in
      Pauses(
        base: Double(backoff.base.nanoseconds), factor: backoff.factor,
        longest: backoff.max.map { Double($0.nanoseconds) } ?? .infinity,
        isDrawn: backoff.jitter == .full)
    }
  }

  /// Whether a failure is ever followed by another try.
  var everRetries: Bool { tries > 1 }

  /// Notes that a new request is sent, which pays into the budget.
  mutating func noteRequest(at time: Instant) {
    guard let share else { return }
    advance(to: time)
    slots[Int(second) % RetryRules.memory] += share
  }

  /// The pause before the next try of a request that has been sent so often; nil when it is not
  /// sent again.
  mutating func pause(after sent: Int, at time: Instant, _ stream: RandomStream) -> Nanoseconds? {
    guard sent < tries, spend(at: time) else { return nil }
    guard let backoff else { return .zero }
    let grown = backoff.base * Elementary.pow(backoff.factor, Double(sent - 1))
    var stream = stream
    let share = backoff.isDrawn ? stream.uniform() : 1
    return Nanoseconds(nearest: min(grown, backoff.longest) * share)
  }

  /// Takes a retry out of the budget, if it has one.
  private mutating func spend(at time: Instant) -> Bool {
    guard share != nil else { return true }
    advance(to: time)
    var balance = 0.0
    for slot in 0..<RetryRules.memory { balance += slots[slot] }
    // Ten payments of 10 % are one retry, though their sum falls short of it by a rounding.
    guard balance >= 1 - 1e-9 else { return false }
    slots[Int(second) % RetryRules.memory] -= 1
    return true
  }

  /// Forgets what was paid in longer ago than the memory reaches.
  private mutating func advance(to time: Instant) {
    let now = max(second, time.nanoseconds / 1_000_000_000)
    for passed in 0..<min(now - second, Int64(RetryRules.memory)) {
      slots[Int(now - passed) % RetryRules.memory] = 0
    }
    second = now
  }
}
