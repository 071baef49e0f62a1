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
