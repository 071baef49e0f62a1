import ExperimentModel
import SimulationEngine

/// The way from one node to the next, in one direction, as the event queue sees it.
enum Hop: BitwiseCopyable, Hashable {
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
struct Path: BitwiseCopyable, Hashable {
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

/// The paths to nodes of one kind: most nodes have the same one, so it stays in the cache however
/// many nodes there are.
struct Paths: ~Copyable {
  private let distinct: Column<Path>
  /// The place of each node's path among them.
  private let places: Column<Int32>

  init(_ paths: [Path]) {
    var known: [Path: Int32] = [:]
    var distinct: [Path] = []
    var places: [Int32] = []
    for path in paths {
      let place = known[path] ?? Int32(distinct.count)
      if place == distinct.count { distinct.append(path) }
      known[path] = place
      places.append(place)
    }
    self.distinct = Column(distinct)
    self.places = Column(places)
  }

  /// The path of a node.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  subscript(node: Int) -> Path { distinct[Int(places[node])] }
}
