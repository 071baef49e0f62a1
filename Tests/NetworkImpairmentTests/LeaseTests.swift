import ExperimentModel
import Glibc
import NetworkImpairment
import Testing

extension KernelTests {
  /// What the kernel does when nobody is left.
  struct LeaseTests {
    typealias Two = TwoNamespaces

    @Test(arguments: ConformanceTests.losers)
    func `a fault ends with its lease, although nobody removes it`(way: PacketWay) async throws {
      try await Two.with { lab in
        let all = PacketImpairment.drop(.random(Likelihood(rate: Ratio(1))))
        var (span, isOver) = (Duration.milliseconds(500), false)
        var (armed, flow): (ArmedFault, Flow)
        repeat {
          // What may have been sent after the lease tells nothing: it has to be longer then.
          span *= 2
          let start = ContinuousClock.now
          armed = try ArmedFault(.impair(all), way: way, for: span, in: lab.target)
          flow = try ConformanceTests.flow(lab, packets: 100, patience: 0.1)
          isOver = ContinuousClock.now - start >= span
          try await Task.sleep(for: span)
          if isOver { try armed.disarm() }
        } while isOver && span < .seconds(60)
        #expect(flow.lost == 100)
        #expect(try ConformanceTests.flow(lab, packets: 100, patience: 0.1).lost == 0)
        #expect(try PacketRules.isThere(armed.fault.id, in: lab.target))
        // A new lease puts it in force again, for as long as it says.
        try PacketRules.renew(armed.fault.id, for: .seconds(30), in: lab.target)
        #expect(try ConformanceTests.flow(lab, packets: 100, patience: 0.1).lost == 100)
        try armed.disarm()
        #expect(try ConformanceTests.flow(lab, packets: 100, patience: 0.1).lost == 0)
        #expect(try !PacketRules.remove(armed.fault.id, in: lab.target), "twice does no harm")
      }
    }

    @Test func `tables and qdiscs of others stay as they are`() async throws {
      try await Two.with { lab in
        _ = try await lab.inTarget("nft", "add", "table", "inet", "theirs")
        _ = try await lab.inTarget(
          "tc", "qdisc", "add", "dev", "eth0", "root", "handle", "1:", "pfifo", "limit", "77")
        let before = try await lab.inTarget("tc", "qdisc", "show", "dev", "eth0")
        let armed = try ArmedFault(ConformanceTests.delay(10), way: .queue, in: lab.target)
        try armed.disarm()
        #expect(try await lab.inTarget("nft", "list", "tables") == "table inet theirs\n")
        #expect(try await lab.inTarget("tc", "qdisc", "show", "dev", "eth0") == before)
        guard Two.probe.obstacles[.netem] == nil else { return }
        let choice = WayChoice(for: armed.fault, isSeeded: false)
        #expect(try choice.way(forced: nil, in: lab.target) == .queue)
        let refusal = #expect(throws: ImpairmentError.self) {
          try choice.way(forced: .netem, in: lab.target)
        }
        #expect(refusal?.description.contains("eth0 has the root qdisc pfifo 1:") == true)
      }
    }

    @Test func `a reset ends connections that are there, and refuses new ones`() async throws {
      try await Two.with { lab in
        let listener = try Connection.listener(in: lab.target, at: Two.targetAddress, port: 7100)
        let other = try Connection.listener(in: lab.target, at: Two.targetAddress, port: 7101)
        func connect(_ port: UInt16) throws -> Connection {
          try Connection(from: lab.neighbour, to: Two.targetAddress, port: port)
        }
        let old = try connect(7100)
        #expect(old.refusal == nil)
        let reset = try ArmedFault(
          .reset, PacketSelector(direction: .both, port: 7100), way: .filter, in: lab.target)
        let (new, bystander) = (try connect(7100), try connect(7101))
        #expect(old.exchange() == ECONNRESET)
        #expect(new.refusal == ECONNREFUSED)
        #expect(bystander.refusal == nil)
        try reset.disarm()
        let after = try connect(7100)
        #expect(after.refusal == nil)
        for connection in [old, new, bystander, after] { connection.close() }
        for descriptor in [listener, other] { close(descriptor) }
      }
    }

    @Test func `a cut lets nothing pass, and questions for names stay unanswered`()
      async throws
    {
      try await Two.with { lab in
        let cut = try ArmedFault(
          .cut, PacketSelector(direction: .both), way: .filter, in: lab.target)
        #expect(try ConformanceTests.flow(lab, packets: 50, patience: 0.1).lost == 50)
        #expect(
          try ConformanceTests.flow(lab, packets: 50, ingress: true, patience: 0.1).lost == 50)
        try cut.disarm()
        let names = try ArmedFault(.silenceNames, way: .filter, in: lab.target)
        #expect(try ConformanceTests.flow(lab, packets: 50, port: 53, patience: 0.1).lost == 50)
        #expect(try ConformanceTests.flow(lab, packets: 50, port: 54, patience: 0.1).lost == 0)
        try names.disarm()
      }
    }
  }
}
