import ClusterModel
import ExperimentModel
import SimulationEngine
import Statistics
import Testing

/// Servers that die and come back, and requests that leave the queue, against exact results, by the
/// intervals of `TheoryTests`.
@Suite struct BreakdownTheoryTests {
  private static let second = Distribution.exponential(mean: .seconds(1))

  private static func lost(_ result: RunResult) -> Double {
    Double(result.requests.failed) / Double(result.requests.issued)
  }

  @Test(arguments: [(0.5, 100, 1_000), (0.7, 50, 2_000)])
  func `a server that dies loses what comes meanwhile, and whom it had taken in`(
    load: Double, down: Int, cycle: Int
  ) {
    // It is empty when it comes back, and has the ρ / (1 − ρ) requests of M/M/1 when it dies again.
    let exact = (load * Double(down) + load / (1 - load)) / (load * Double(cycle))
    let requests = 200_000
    let kills = ScheduledFault(
      at: .seconds(cycle - down), .kill(signal: "KILL", refuses: true), targets: .names(["server"]),
      duration: .seconds(down), every: .seconds(cycle),
      times: Int(Double(requests) / load) / cycle + 2)
    let topology = { (seed: UInt64) in
      var topology = Sample.queue(
        Sample.open(load, requests: requests), cpu: Self.second, seed: seed)
      topology.faults = [kills]
      return topology
    }
    #expect(TheoryTests.agrees(exact, topology, Self.lost))
  }

  @Test(arguments: [(0.6, 2), (0.9, 5), (1.5, 3)])
  func `requests leave HAProxy's queue as often as M/M/1+D says`(load: Double, patience: Int) {
    // The unfinished work V has the density λ p₀ exp(−(μ − λ) x) up to the patience, and falls as
    // exp(−μ x) beyond; who finds more than the patience is lost (D. Y. Barrer, "Queuing with
    // impatient customers and ordered service", Operations Research 5, 1957).
    let gap = 1 - load
    let left = Elementary.exp(-gap * Double(patience))
    let idle = 1 / (1 + load * (1 - left) / gap + load * left)
    let topology = { (seed: UInt64) in
      var topology = Sample.queue(
        Sample.open(load, requests: 200_000), cpu: Self.second, backlog: 4_096, seed: seed)
      topology.balancer = Balancer(
        like: .haproxy, strategy: StrategyChoice("haproxy.roundrobin"),
        timeouts: BalancerTimeouts(queue: .seconds(patience)))
      topology.backends[0].maxConnections = 1
      return topology
    }
    #expect(TheoryTests.agrees(load * idle * left, topology, Self.lost))
  }
}
