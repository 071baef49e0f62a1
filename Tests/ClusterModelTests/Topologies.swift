import ClusterModel
import ExperimentModel

/// The systems that the tests run, made by a few words each.
enum Sample {
  static func milliseconds(_ value: Double) -> Duration { .nanoseconds(Int64(value * 1e6)) }

  /// An open workload of Poisson arrivals.
  static func open(
    _ rate: Double, _ arrivals: ArrivalProcess = .poisson, requests: Int,
    timeout: Duration? = nil
  ) -> ClientGroup {
    ClientGroup(
      name: "load",
      workload: .open(
        OpenLoop(rate: Rate(perSecond: rate), arrivals: arrivals, extent: .requests(requests))),
      timeout: timeout)
  }

  /// One server behind an ideal balancer in a network without delay: a queue of the textbook.
  static func queue(
    _ clients: ClientGroup, cpu: Distribution, workers: Workers = .count(1), cores: Cores? = nil,
    backlog: Int = 1_000_000, seed: UInt64 = 1, warmup: Duration = .zero
  ) -> Topology {
    Topology(
      name: "queue",
      clients: [clients],
      balancer: Balancer(like: .ideal, strategy: StrategyChoice("round-robin")),
      backends: [
        Backend(
          name: "server", cores: cores, workers: workers, backlog: backlog,
          service: Service(cpu: cpu))
      ],
      network: Network(transport: .message),
      run: RunSettings(seed: seed, warmup: warmup))
  }

  /// The shipped `topologies/three-weighted.yaml` with a number of requests.
  static func threeWeighted(
    requests: Int = 20_000, concurrency: Int = 100, seed: UInt64 = 1,
    strategy: String = "nginx.weighted-round-robin", timeout: Duration = .seconds(30)
  ) -> Topology {
    Topology(
      name: "three-weighted",
      clients: [
        ClientGroup(
          name: "stress",
          workload: .closed(ClosedLoop(concurrency: concurrency, extent: .requests(requests))),
          timeout: timeout)
      ],
      balancer: Balancer(strategy: StrategyChoice(strategy)),
      backends: [("back-01", 1, 0.125), ("back-02", 2, 0.25), ("back-03", 3, 0.25)].map {
        Backend(
          name: $0.0, weight: $0.1, cpus: Cores($0.2), workers: .count(40),
          service: Service(cpu: .exponential(mean: milliseconds(4))))
      },
      network: Network(links: [
        Link(from: .clients, to: .balancer, latency: .constant(milliseconds(0.5))),
        Link(from: .balancer, to: .backends, latency: .constant(milliseconds(0.2))),
      ]),
      run: RunSettings(seed: seed))
  }
}
