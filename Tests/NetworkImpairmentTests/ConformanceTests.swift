import ExperimentModel
import NetworkImpairment
import Testing

/// What needs a kernel; one test at a time, since each of them measures.
@Suite(.serialized, .enabled(if: TwoNamespaces.arePossible, TwoNamespaces.skipped))
struct KernelTests {}

extension KernelTests {
  /// What every way must do that this kernel has: asked is what is measured on the wire.
  struct ConformanceTests {
    typealias Two = TwoNamespaces

    /// The ways of this kernel that take time over packets.
    ///
    /// An emulated machine is too slow for a process that holds packets.
    static let emulators = [PacketWay.netem, .queue].filter {
      Two.probe.obstacles[$0] == nil && !(Two.isEmulated && $0 == .queue)
    }
    /// The ways of this kernel that lose packets.
    static let losers = emulators + [.filter]

    /// A flow from the target to its neighbour, or the other way.
    static func flow(
      _ lab: Two, packets: Int = 400, gap: Int = 1000, bytes: Int = 64, ingress: Bool = false,
      to address: String? = nil, port: UInt16 = 7000, patience: Double = 1
    ) throws -> Flow {
      let (from, to) = ingress ? (lab.neighbour, lab.target) : (lab.target, lab.neighbour)
      return try Flow(
        from: from, to: to,
        address: address ?? (ingress ? Two.targetAddress : Two.neighbourAddress), port: port,
        packets: packets, gapMicroseconds: gap, bytes: bytes, patience: patience,
        isStamped: !ingress)
    }

    /// Measures until the figure is as it should be, ten times at most; returns the last one.
    ///
    /// A machine with too much to do is late and spoils a measurement. No number of them makes a
    /// fault right that is wrong: it is wrong every time.
    static func measured<Figure>(
      _ measure: () throws -> Figure, until isRight: (Figure) -> Bool
    ) rethrows -> Figure {
      for _ in 1..<10 {
        let figure = try measure()
        if isRight(figure) { return figure }
      }
      return try measure()
    }

    /// The middle delay of a flow as punctual as asked for, or of the most punctual, in
    /// milliseconds.
    ///
    /// A machine with too much to do is late, and never early.
    static func middleDelay(
      _ lab: Two, ingress: Bool = false, atMost limit: Double
    ) throws -> Double {
      var least = Double.infinity
      return try measured {
        least = min(least, try flow(lab, packets: 200, ingress: ingress).delay(0.5))
        return least
      } until: {
        $0 <= limit
      }
    }

    static func delay(_ milliseconds: Int) -> PacketFault.Deed {
      .impair(.delay(PacketDelay(by: .milliseconds(milliseconds))))
    }

    /// Whether a count is what a share of so many comes to.
    ///
    /// Five deviations of a binomial count: one good run in 1,700,000 fails by chance.
    static func isShare(_ count: Int, _ share: Double, of packets: Int) -> Bool {
      let expected = Double(packets) * share
      return abs(Double(count) - expected) < 5 * (expected * (1 - share)).squareRoot() + 0.5
    }

    @Test(arguments: emulators, [20, 100])
    func `a delay is the delay that was asked for, in its direction alone`(
      way: PacketWay, milliseconds: Int
    ) async throws {
      try await Two.with { lab in
        let asked = Double(milliseconds)
        let before = try Self.middleDelay(lab, atMost: 0.5 + Two.slack)
        let tolerance = max(1, 0.02 * asked) + Two.slack
        let calm = 1 + before + Two.slack
        let armed = try ArmedFault(Self.delay(milliseconds), way: way, in: lab.target)
        let there = try Self.middleDelay(lab, atMost: before + asked + tolerance)
        let back = try Self.middleDelay(lab, ingress: true, atMost: calm)
        #expect(try Self.flow(lab).lost == 0)
        try armed.disarm()
        let after = try Self.middleDelay(lab, atMost: calm)
        let added = there - before
        #expect(abs(added - asked) <= tolerance, "measured \(added) ms")
        #expect(back <= calm && after <= calm, "measured \(back) and \(after) ms")
      }
    }

    @Test(.enabled(if: emulators.contains(.queue), "an emulated machine holds no packets in time"))
    func `what arrives is delayed as well, and of both families`() async throws {
      try await Two.with { lab in
        let armed = try ArmedFault(
          Self.delay(40), PacketSelector(direction: .ingress), way: .queue, in: lab.target)
        for address in [Two.targetAddress, Two.targetAddressV6] {
          let flow = try Self.measured {
            try Self.flow(lab, ingress: true, to: address)
          } until: {
            $0.delay(0.1) < 42
          }
          // They are read late on a busy machine, but not all of them, and none is early.
          let (least, punctual) = (flow.delay(0), flow.delay(0.1))
          #expect(least > 39.5 && punctual < 42, "measured \(least) and \(punctual) ms")
          #expect(flow.lost == 0)
        }
        try armed.disarm()
      }
    }

    @Test(arguments: emulators, emulators)
    func `two delays add up, and each goes alone, in any order`(
      first: PacketWay, second: PacketWay
    ) async throws {
      try await Two.with { lab in
        func arm(_ milliseconds: Int, _ way: PacketWay) throws -> ArmedFault {
          try ArmedFault(
            Self.delay(milliseconds), way: way, id: "delay-\(milliseconds)", in: lab.target)
        }
        func expectDelay(_ milliseconds: Double) throws {
          let measured = try Self.middleDelay(lab, atMost: milliseconds + 3 + Two.slack)
          #expect(abs(measured - milliseconds) < 3 + Two.slack, "measured \(measured) ms")
        }
        let (long, short) = (try arm(100, first), try arm(50, second))
        try expectDelay(150)
        try long.disarm()
        try expectDelay(50)
        let again = try arm(100, first)
        try expectDelay(150)
        try short.disarm()
        try expectDelay(100)
        try again.disarm()
        try expectDelay(0)
      }
    }

    @Test(arguments: emulators, PacketDelay.Shape.allCases)
    func `jitter has the shape that was asked for`(
      way: PacketWay, shape: PacketDelay.Shape
    ) async throws {
      try await Two.with { lab in
        let delay = PacketDelay(
          by: .milliseconds(40), jitter: .milliseconds(8), distribution: shape)
        // The quantiles of each shape, by its formula, at 10 %, 50 % and 90 %.
        let expected: [Double] =
          switch shape {
          case .uniform: [33.6, 40, 46.4]
          case .normal: [29.7, 40, 50.3]
          case .pareto: [35.71, 37.78, 46.05]
          case .paretonormal: [34.2, 38.3, 47.1]
          }
        let armed = try ArmedFault(.impair(.delay(delay)), way: way, in: lab.target)
        let quantiles = try Self.measured {
          let flow = try Self.flow(lab, packets: 2000, gap: 500)
          return [0.1, 0.5, 0.9].map(flow.delay)
        } until: { measured in
          zip(measured, expected).allSatisfy { abs($0 - $1) < 1.2 + Two.slack }
        }
        try armed.disarm()
        for (measured, milliseconds) in zip(quantiles, expected) {
          #expect(abs(measured - milliseconds) < 1.2 + Two.slack, "measured \(quantiles) ms")
        }
      }
    }

    @Test(arguments: losers, [0.2, 1])
    func `a loss is the loss that was asked for, and nobody is told`(
      way: PacketWay, rate: Double
    ) async throws {
      try await Two.with { lab in
        let loss = PacketImpairment.drop(.random(Likelihood(rate: Ratio(rate))))
        let armed = try ArmedFault(.impair(loss), way: way, in: lab.target)
        // An emulated machine loses by itself what comes too fast.
        let flow = try Self.flow(lab, packets: 3000, gap: Two.isEmulated ? 500 : 150)
        try armed.disarm()
        #expect(Self.isShare(flow.lost, rate, of: 3000), "lost \(flow.lost)")
        #expect(flow.refused == 0)
      }
    }

    @Test(arguments: emulators)
    func `duplicates and corruption come as often as asked for`(way: PacketWay) async throws {
      try await Two.with { lab in
        let likelihood = Likelihood(rate: Ratio(0.2))
        let doubled = try ArmedFault(.impair(.duplicate(likelihood)), way: way, in: lab.target)
        let twice = try Self.flow(lab, packets: 2000, gap: 200)
        try doubled.disarm()
        #expect(Self.isShare(twice.duplicates, 0.2, of: 2000), "doubled \(twice.duplicates)")
        #expect(twice.lost == 0)
        let broken = try ArmedFault(.impair(.corrupt(likelihood)), way: way, in: lab.target)
        let flipped = try Self.flow(lab, packets: 2000, gap: 200)
        try broken.disarm()
        // A flipped bit ends in a checksum that is wrong; few bits of a header are in none.
        #expect(Double(flipped.lost) > 300 && Double(flipped.lost) < 480, "lost \(flipped.lost)")
      }
    }

    @Test func `what arrives is doubled too`() async throws {
      try await Two.with { lab in
        let deed = PacketFault.Deed.impair(.duplicate(Likelihood(rate: Ratio(1))))
        let armed = try ArmedFault(
          deed, PacketSelector(direction: .ingress), way: .queue, in: lab.target)
        let flow = try Self.flow(lab, packets: 200, ingress: true)
        try armed.disarm()
        #expect(flow.duplicates == 200)
        #expect(flow.lost == 0)
      }
    }

    @Test(arguments: emulators)
    func `packets overtake those that are held back`(way: PacketWay) async throws {
      try await Two.with { lab in
        let armed = try ArmedFault(
          .impair(.reorder(Likelihood(rate: Ratio(0.25)))), way: way, in: lab.target)
        // Only who is followed closely is overtaken.
        let flow = try Self.measured {
          try Self.flow(lab, packets: 1000, gap: 500)
        } until: {
          Self.isShare($0.overtaken, 0.25, of: 1000)
        }
        try armed.disarm()
        #expect(Self.isShare(flow.overtaken, 0.25, of: 1000), "overtaken \(flow.overtaken)")
        #expect(flow.lost == 0)
      }
    }

    @Test(arguments: emulators)
    func `a bandwidth is kept`(way: PacketWay) async throws {
      try await Two.with { lab in
        let armed = try ArmedFault(
          .impair(.throttle(Bandwidth(bitsPerSecond: 2e6))), way: way, in: lab.target)
        // Each packet is 1000 bytes and two headers: 28 of IP and UDP, which the queue counts, and
        // 14 of Ethernet, which the emulator counts too.
        let measured = try Self.measured {
          try Self.flow(lab, packets: 400, gap: 100, bytes: 972).bitsPerSecond(ofPackets: 1000)
        } until: {
          abs($0 / 2e6 - 1) < 0.05
        }
        try armed.disarm()
        #expect(abs(measured / 2e6 - 1) < 0.05, "measured \(measured) bit/s")
      }
    }

    @Test(arguments: emulators)
    func `a degraded network loses, slows down and delays at once`(way: PacketWay) async throws {
      try await Two.with { lab in
        let worse: [PacketImpairment] = [
          .drop(.random(Likelihood(rate: Ratio(0.1)))), .throttle(Bandwidth(bitsPerSecond: 4e6)),
          .delay(PacketDelay(by: .milliseconds(30))),
        ]
        let armed = try ArmedFault(.degrade(worse), way: way, in: lab.target)
        // The first one has waited for nobody: 30 ms, and 2 ms for its own 1000 bytes.
        let slow = try Self.measured {
          try Self.flow(lab, packets: 600, gap: 1000, bytes: 972)
        } until: { flow in
          flow.delay(0) < 34 + Two.slack
            && abs(flow.bitsPerSecond(ofPackets: 1000) / 4e6 - 1) < 0.05
        }
        try armed.disarm()
        #expect(Self.isShare(slow.lost, 0.1, of: 600), "lost \(slow.lost)")
        #expect(abs(slow.delay(0) - 32) < 2 + Two.slack, "measured \(slow.delay(0)) ms")
        let measured = slow.bitsPerSecond(ofPackets: 1000)
        #expect(abs(measured / 4e6 - 1) < 0.05, "measured \(measured) bit/s")
      }
    }

    @Test(arguments: losers)
    func `only packets are touched for which all filters hold`(way: PacketWay) async throws {
      try await Two.with { lab in
        let selector = PacketSelector(
          peers: [AddressBlock(Two.neighbourAddress), AddressBlock(Two.neighbourAddressV6)]
            .compactMap { $0 }, port: 7000, transport: .udp)
        let all = PacketImpairment.drop(.random(Likelihood(rate: Ratio(1))))
        let armed = try ArmedFault(.impair(all), selector, way: way, in: lab.target)
        func lost(to address: String, port: UInt16) throws -> Int {
          try Self.flow(lab, packets: 100, to: address, port: port, patience: 0.1).lost
        }
        #expect(try lost(to: Two.neighbourAddress, port: 7000) == 100)
        #expect(try lost(to: Two.neighbourAddressV6, port: 7000) == 100)
        #expect(try lost(to: Two.neighbourAddress, port: 7001) == 0)
        #expect(try lost(to: Two.bystanderAddress, port: 7000) == 0)
        try armed.disarm()
        #expect(try lost(to: Two.neighbourAddress, port: 7000) == 0)
      }
    }

    @Test func `the same seed loses the same packets`() async throws {
      try await Two.with { lab in
        func losses(_ seed: UInt64) throws -> Set<Int> {
          let loss = PacketImpairment.drop(.random(Likelihood(rate: Ratio(0.3))))
          let armed = try ArmedFault(
            .impair(loss), PacketSelector(port: 7000), way: .queue, seed: seed, in: lab.target)
          let flow = try Self.flow(lab, packets: 300, gap: 200)
          try armed.disarm()
          return Set(0..<300).subtracting(flow.arrivals.map(\.number))
        }
        let first = try losses(7)
        #expect(try losses(7) == first)
        #expect(try losses(8) != first)
      }
    }
  }
}
