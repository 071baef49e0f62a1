import ExperimentModel
import SimulationEngine

/// nginx's `least_time`: the least expected time to an answer for the weight.
///
/// The time that is averaged is in whole milliseconds and rounded up to steps of 20, so that fast
/// servers count as equal and take turns by weighted round robin.
struct NginxLeastTime: Strategy, ~Copyable {
  static let card = StrategyCard(
    name: "nginx.least_time",
    summary: "least average response time, times the requests outstanding, for the weight",
    whenToUse: "when nginx stands before servers of unknown speed; times below 20 ms count "
      + "as equal, so fast servers share evenly",
    source: "nginx 1.31, src/http/modules/ngx_http_upstream_least_time_module.c",
    options: [
      StrategyOption(
        name: "by",
        summary: "the time to the header or to the last byte, equal while an answer has no length",
        kind: .word(standard: "header", of: ["header", "last_byte"]))
    ])

  /// The average response time of each backend in milliseconds; 0 before the first answer.
  private let averages: Column<Int64>

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    averages = Column(repeating: 0, count: upstream.count)
  }

  /// - Complexity: O(n), as in nginx.
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    let second = attempt.second
    return upstream.pickLeast(for: attempt) { backend, peer in
      var time = averages[backend.int]
      let idle = second - peer.checked
      // What was learnt long ago counts half as much with each further fail_timeout.
      if idle > peer.failTimeout { time >>= idle / (peer.failTimeout + 1) }
      time = time > 5_000 ? 5_000 : time + 20 - time % 20
      return Fraction(time * Int64(1 + peer.outstanding), over: peer.warmWeight)
    }
  }

  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    guard case .answered = result else { return }
    let time = response.count / 1_000_000
    let average = averages[backend.int]
    averages[backend.int] =
      average == 0 ? time : Int64(0.5 + 0.05 * Double(time) + 0.95 * Double(average))
  }
}
