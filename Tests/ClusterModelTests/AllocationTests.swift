import CAllocationCount
import ClusterModel
import ExperimentModel
import Testing

/// Memory follows the requests in flight: what a run takes, it takes before the loop, and in the
/// loop only for tables that double and histograms that get one more octave.
@Suite struct AllocationTests {
  @Test func `the counter sees every allocation`() {
    let few = Self.allocations { Self.allocate(times: 10) }
    let many = Self.allocations { Self.allocate(times: 1_010) }
    #expect(many - few == 1_000)
  }

  @Test func `the loop of events allocates nothing for a request`() {
    for strategy in ["nginx.weighted-round-robin", "least-connections", "power-of-two"] {
      expectNoAllocations { Sample.threeWeighted(requests: $0, strategy: strategy) }
    }
  }

  @Test func `a foreseen run allocates nothing for a request`() {
    for strategy in ["round-robin", "least-connections", "power-of-two", "consistent-hash"] {
      expectNoAllocations { Self.open(strategy, requests: $0) }
    }
  }

  /// Three times as many requests need no more allocations, but for a few that make something
  /// larger.
  private func expectNoAllocations(_ topology: (Int) -> Topology) {
    let short = allocations(of: topology(20_000), requests: 20_000)
    let long = allocations(of: topology(60_000), requests: 60_000)
    #expect(short > 0 && long - short < 60, "\(topology(1).balancer.strategy.name)")
  }

  private func allocations(of topology: Topology, requests: Int) -> Int {
    var succeeded = 0
    let count = Self.allocations {
      succeeded = Simulation(topology).run().requests.succeeded
    }
    #expect(succeeded == requests)
    return count
  }

  /// How many allocations some work makes, which stays on this thread.
  private static func allocations(during work: () -> Void) -> Int {
    let before = allocations_of_this_thread()
    work()
    return allocations_of_this_thread() - before
  }

  private static func allocate(times: Int) {
    for size in 1...times {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
      // Without this the compiler leaves both out.
      withExtendedLifetime(memory) { memory.storeBytes(of: 1, as: UInt8.self) }
      memory.deallocate()
    }
  }

  private static func open(_ strategy: String, requests: Int) -> Topology {
    var clients = Sample.open(1_600, requests: requests)
    clients.request = RequestKind(key: .uniform(100))
    return Topology(
      name: "open", clients: [clients],
      balancer: Balancer(like: .ideal, strategy: StrategyChoice(strategy)),
      backends: (1...10).map {
        Backend(
          name: "b\($0)", workers: .count(1),
          service: Service(cpu: .exponential(mean: Sample.milliseconds(3))))
      },
      network: Network(
        transport: .message,
        links: [
          Link(
            from: .balancer, to: .backends, latency: .constant(Sample.milliseconds(0.2)))
        ]))
  }
}
