import ExperimentModel
import SimulationEngine

/// The hops on which each message has a fate of its own: latency that varies, loss, a transmitter
/// that others use too, and faults.
///
/// Wires come in pairs, the way there at an even place and the way back behind it.
struct Wires: ~Copyable {
  private let wires: Column<Wire>
  private let impairments: Column<Impairment>
  /// The places of the impairments that may take hold of each wire, one wire after the other.
  private let attached: Column<Int32>

  /// One direction of a path.
  struct Wire: BitwiseCopyable {
    let latency: Sampler
    /// The mean of the latency, in nanoseconds.
    let mean: Double
    /// The share of packets that are lost.
    let loss: Double
    /// How long a byte takes to be sent; 0 for no time.
    let nanosecondsPerByte: Double
    let payload, overhead: Int32
    /// Where its impairments stand in the list of all.
    let firstAttached, endOfAttached: Int32
    /// When all that was given to its transmitter has left.
    var free = Instant.zero

    var attached: Range<Int> { Int(firstAttached)..<Int(endOfAttached) }
  }

  /// What becomes of a message on a wire.
  enum Crossing {
    case arrives(after: Nanoseconds)
    /// It is lost; the sender learns it from later packets that arrive, or only by waiting.
    case isLost(isNoticed: Bool)
  }

  init(_ wires: [Wire], _ disturbances: [Disturbance], attached: [Int32]) {
    self.wires = Column(wires)
    impairments = Column(disturbances.map(\.impairment))
    self.attached = Column(attached)
  }

  /// Lets an impairment begin or end.
  func change(_ impairment: Int, begins: Bool) {
    impairments[impairment].inForce += begins ? 1 : -1
  }

  /// Sends a message over a wire.
  ///
  /// - Complexity: O(impairments of the wire).
  func cross(
    _ place: Int, bytes: Int, at time: Instant, _ stream: inout RandomStream
  ) -> Crossing {
    let wire = wires[place]
    let packets = max(1, (bytes + Int(wire.payload) - 1) / Int(wire.payload))
    let size = bytes + packets * Int(wire.overhead)
    var passage = Impairment.Passage(
      packets: packets, isEmpty: bytes == 0, bytes: Double(size), departs: time)
    if wire.loss > 0, stream.uniform() < Impairment.chance(wire.loss, of: packets) {
      passage.isLost = true
    }
    for comesFirst in [true, false] {
      for link in wire.attached {
        let place = Int(attached[link])
        guard impairments[place].inForce > 0, impairments[place].comesFirst == comesFirst else {
          continue
        }
        impairments[place].impair(&passage, &stream)
      }
      if passage.isLost { return .isLost(isNoticed: isNoticed(passage, &stream)) }
    }
    if wire.nanosecondsPerByte > 0 {
      passage.queue(for: &wires[place].free, nanosecondsPerByte: wire.nanosecondsPerByte)
    }
    let latency = wire.latency.draw(from: &stream) + passage.added
    return .arrives(after: (passage.departs - time) + Nanoseconds(nearest: latency))
  }

  /// Whether at least three packets follow the lost one and tell of it (fast retransmit, RFC 5681);
  /// each packet is as likely to be the lost one.
  private func isNoticed(_ passage: Impairment.Passage, _ stream: inout RandomStream) -> Bool {
    if passage.isCut || passage.packets <= 3 { return false }
    return stream.uniform() >= 3 / Double(passage.packets)
  }

  /// How long a message and its answer take on average over a wire and its other direction, as
  /// far as TCP has learnt it, in nanoseconds.
  func roundTrip(over place: Int) -> Double {
    var sum = 0.0
    for direction in [place, place ^ 1] {
      sum += wires[direction].mean
      for link in wires[direction].attached { sum += impairments[Int(attached[link])].meanDelay }
    }
    return sum
  }

  /// How much a packet on a wire holds.
  func payload(of place: Int) -> Int { Int(wires[place].payload) }
}

/// A fault of the network at one target: what it does to which of the wires.
struct Disturbance {
  let impairment: Impairment
  private let effect: Effect
  private let target: String

  /// Makes one; nil for an effect that leaves the network as it is.
  init?(_ effect: Effect, at target: String) {
    switch effect {
    case .impair(let impairment, _): self.impairment = Impairment(impairment)
    case .cut: impairment = .cut
    case .kill, .stop, .pause, .fail, .limitCPU, .burnCPU, .limitMemory, .fillMemory: return nil
    }
    self.effect = effect
    self.target = target
  }

  /// Whether it takes hold of what one node sends to another.
  ///
  /// Each is given by its names: one of several balancers has its own and that of all.
  func affects(from sender: [String], to receiver: [String]) -> Bool {
    switch effect {
    case .impair(_, let filter):
      let direction = filter.direction
      func isPeer(_ names: [String]) -> Bool {
        filter.peers.isEmpty || names.contains(where: filter.peers.contains)
      }
      return (direction != .ingress && sender.contains(target) && isPeer(receiver))
        || (direction != .egress && receiver.contains(target) && isPeer(sender))
    case .cut(let others, let isOneWay):
      return (sender.contains(target) && receiver.contains(where: others.contains))
        || (!isOneWay && receiver.contains(target) && sender.contains(where: others.contains))
    case .kill, .stop, .pause, .fail, .limitCPU, .burnCPU, .limitMemory, .fillMemory:
      return false
    }
  }

  /// Whether it takes hold of the ways between a node and some balancers, but not of all of them
  /// alike.
  func distinguishes(_ balancers: [String], seenFrom node: String) -> Bool {
    let holds = Set(
      balancers.map { balancer in
        let names = ["balancer", balancer]
        return [affects(from: names, to: [node]), affects(from: [node], to: names)]
      })
    return holds.count > 1
  }
}
