import ExperimentModel
import SimulationEngine

/// The answers of a foreseen run that the balancer does not have yet, in the order in which they
/// reach it.
///
/// A strategy that looks at what is outstanding must know, before each pick, of every answer before
/// it. What happens in the same nanosecond happens in the order in which the future event list of
/// `Cluster` would have it: that in which it was scheduled. Where even that does not say who is
/// first, the run is for events.
struct PendingAnswers: ~Copyable {
  /// An answer on its way.
  struct Answer: AgendaRow {
    /// When it reaches the balancer.
    let due: Instant
    /// When its backend began to serve the request, on the balancer's clock: with one worker that
    /// is when its end was scheduled.
    let begun: Instant
    /// When the backend was picked.
    let picked: Instant
    let backend: BackendIndex

    var time: Instant { due }

    @inline(__always)
    static func < (a: Answer, b: Answer) -> Bool { a.order < b.order }
    static func == (a: Answer, b: Answer) -> Bool { a.order == b.order }

    // Both in one number, so that a comparison is two subtractions and no branch.
    @inline(__always)
    private var order: UInt128 {
      UInt128(UInt64(bitPattern: due.nanoseconds)) << 64
        | UInt128(UInt64(bitPattern: begun.nanoseconds))
    }
  }

  /// What comes next: an answer, or else the next request; unclear where neither is first.
  enum Next { case answer(Answer), request, unclear }

  private var answers = Agenda<Answer>()
  /// From the end of a service to the answer at the balancer, the same for all backends.
  let delay: Nanoseconds

  /// Makes it for the backends of a topology; nil where it cannot always say what is first: those
  /// with one worker at the same distance from the balancer.
  init?(_ topology: Topology, _ wiring: borrowing Wiring, _ rules: BalancerRules) {
    let ahead = wiring.backendPaths[0].ahead
    for place in topology.backends.indices {
      guard topology.backends[place].workers == .count(1),
        wiring.backendPaths[place].ahead == ahead
      else { return nil }
    }
    let crossings = rules.balancerConnects ? Hop.crossingsToOpen : 1
    delay = Nanoseconds(ahead.count + ahead.count / crossings)
  }

  /// The answer that reaches the balancer first; nil where none is under way.
  @inline(__always)
  var upcoming: Answer? { answers.count == 0 ? nil : answers.first }

  /// Adds an answer.
  ///
  /// - Complexity: O(log n).
  mutating func insert(_ answer: Answer) { answers.insert(answer) }

  /// Takes the next answer that reaches the balancer before a request does.
  ///
  /// - Parameters:
  ///   - time: when the balancer hears of the request.
  ///   - scheduled: when it heard of the request before, which is when this one was scheduled.
  /// - Complexity: O(log n).
  @inline(__always)
  mutating func next(before time: Instant, scheduled: Instant) -> Next {
    if answers.count == 0 || answers.first.due > time { return .request }
    if answers.first.due == time {
      let sent = delay > .zero ? time - delay : answers.first.begun
      if sent == scheduled { return .unclear }
      if sent > scheduled { return .request }
    }
    let answer = answers.removeFirst()
    return answers.count > 0 && answers.first == answer ? .unclear : .answer(answer)
  }
}
