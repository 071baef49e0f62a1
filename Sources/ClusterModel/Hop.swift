import ExperimentModel
import SimulationEngine

/// The way from one node to the next, in one direction, as the event queue sees it.
enum Hop: BitwiseCopyable {
  /// What is sent is there: no delay, or one that the clock of the other end accounts for.
  case none
  /// A constant delay: a lane for messages on an open connection, one for those that open it.
  case constant(passing: LaneIndex, opening: LaneIndex)
  /// A delay drawn for each message from the sampler at a place in `Wiring.latencies`.
  case varying(Int32)
  /// A wire, at a place in `Wires`: each message has a fate of its own.
  case wire(Int32)
  /// Of several balancers each has a way of its own; theirs stand in `Wiring.ways` from a place on,
  /// in the order of the file.
  case ofBalancer(Int32)

  /// How many one-way delays pass until a message on a new connection is there: the handshake
  /// goes there and back before it.
  static var crossingsToOpen: Int64 { 3 }
}

/// The way between the balancer and a client group or a backend, there and back.
///
/// A constant delay that nothing looks at needs no event. The balancer's clock is the queue's; a
/// node behind a constant delay is simulated on a clock of its own: what the balancer sends to a
/// backend at t arrives on the backend's clock, at t + ahead, in the same step, and what it hears
/// from a client at t was sent on the client's clock, at t − behind. Nothing that happens at one
/// end can reach the other sooner than the delay, so nobody can tell the difference.
struct Path: BitwiseCopyable {
  /// To the balancer from a client, to the backend from the balancer.
  var there = Hop.none
  /// The way of the answer.
  var back = Hop.none
  /// How far the clock of a backend is ahead of the balancer's.
  var ahead = Nanoseconds.zero
  /// How long before the balancer hears of a request its client has sent it.
  var behind = Nanoseconds.zero
  /// How long after the balancer has sent an answer its client has it.
  var after = Nanoseconds.zero
  /// From an answer's leaving the balancer to the same client's next request; nil for no time.
  var turnaround: LaneIndex?
}
