import ExperimentModel
import NetworkImpairment
import Testing

/// What every way must do that can do it at all: asked is what is measured on the wire.
@Suite(.serialized, .enabled(if: TwoNamespaces.arePossible, TwoNamespaces.skipped))
struct ConformanceTests {
  typealias Two = TwoNamespaces

  /// A flow from the target to its neighbour, or the other way.
  static func flow(
    _ lab: Two, packets: Int = 400, gap: Int = 1000, bytes: Int = 64, ingress: Bool = false,
    to address: String? = nil, port: UInt16 = 7000, patience: Double = 0.3
  ) throws -> Flow {
    let (from, to) = ingress ? (lab.neighbour, lab.target) : (lab.target, lab.neighbour)
    return try Flow(
      from: from, to: to,
      address: address ?? (ingress ? Two.targetAddress : Two.neighbourAddress), port: port,
      packets: packets, gapMicroseconds: gap, bytes: bytes, patience: patience)
  }

  @Test(arguments: [PacketFilter.Direction.egress, .ingress], [20, 100])
  func `a delay is the delay that was asked for, in its direction alone`(
    direction: PacketFilter.Direction, milliseconds: Int
  ) async throws {
    try await Two.with { lab in
      let before = try Self.flow(lab).delay(0.5)
      let armed = try ArmedFault(
        .impair(.delay(PacketDelay(by: .milliseconds(milliseconds)))),
        PacketSelector(direction: direction), way: .queue, in: lab.target)
      let there = try Self.flow(lab, ingress: direction == .ingress)
      let back = try Self.flow(lab, ingress: direction != .ingress)
      try armed.disarm()
      let after = try Self.flow(lab, ingress: direction == .ingress)
      let added = there.delay(0.5) - before
      let asked = Double(milliseconds)
      #expect(abs(added - asked) <= max(1, 0.02 * asked), "measured \(added) ms")
      #expect(there.lost == 0)
      #expect(back.delay(0.5) < 1 + before)
      #expect(after.delay(0.5) < 1 + before)
    }
  }

  @Test func `two delays add up, and each goes alone`() async throws {
    try await Two.with { lab in
      func arm(_ milliseconds: Int) throws -> ArmedFault {
        try ArmedFault(
          .impair(.delay(PacketDelay(by: .milliseconds(milliseconds)))), way: .queue,
          id: "delay-\(milliseconds)", in: lab.target)
      }
      let (long, short) = (try arm(100), try arm(50))
      #expect(abs(try Self.flow(lab).delay(0.5) - 150) < 3)
      try long.disarm()
      #expect(abs(try Self.flow(lab).delay(0.5) - 50) < 2)
      let again = try arm(100)
      #expect(abs(try Self.flow(lab).delay(0.5) - 150) < 3)
      try short.disarm()
      #expect(abs(try Self.flow(lab).delay(0.5) - 100) < 2)
      try again.disarm()
      #expect(try Self.flow(lab).delay(0.5) < 2)
    }
  }

  @Test(arguments: [PacketWay.filter, .queue], [PacketFilter.Direction.egress, .ingress])
  func `a loss is the loss that was asked for`(
    way: PacketWay, direction: PacketFilter.Direction
  ) async throws {
    try await Two.with { lab in
      let loss = PacketImpairment.drop(.random(Likelihood(rate: Ratio(0.2))))
      let armed = try ArmedFault(
        .impair(loss), PacketSelector(direction: direction), way: way, in: lab.target)
      let flow = try Self.flow(lab, packets: 4000, gap: 100, ingress: direction == .ingress)
      try armed.disarm()
      // Four deviations of a binomial count: one good run in 16,000 fails by chance.
      let deviation = (4000 * 0.2 * 0.8).squareRoot()
      #expect(abs(Double(flow.lost) - 800) < 4 * deviation, "lost \(flow.lost)")
    }
  }
}
