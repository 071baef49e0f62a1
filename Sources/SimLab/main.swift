import ClusterModel
import ExperimentModel
import Statistics

let args = CommandLine.arguments
let n = Int(args[2])!
func ms(_ x: Double) -> Duration { .nanoseconds(Int64(x * 1e6)) }
let topology: Topology
switch args[1] {
case "m2":
  topology = Topology(
    name: "m2",
    clients: [ClientGroup(name: "load", workload: .open(OpenLoop(rate: Rate(perSecond: 600), extent: .requests(n))))],
    balancer: Balancer(like: .ideal, strategy: StrategyChoice("nginx.weighted-round-robin")),
    backends: [("a", 1, 8.0), ("b", 2, 4), ("c", 3, 2.6666666667)].map {
      Backend(name: $0.0, weight: $0.1, workers: .count(1), service: Service(cpu: .exponential(mean: ms($0.2))))
    },
    network: Network(transport: .message, links: [
      Link(from: .clients, to: .balancer, latency: .constant(ms(0.5))),
      Link(from: .balancer, to: .backends, latency: .constant(ms(0.2)))]),
    run: RunSettings(warmup: .seconds(n / 6000)))
case "mm1":
  topology = Topology(
    name: "mm1",
    clients: [ClientGroup(name: "load", workload: .open(OpenLoop(rate: Rate(perSecond: 0.8), extent: .requests(n))))],
    balancer: Balancer(like: .ideal, strategy: StrategyChoice("round-robin")),
    backends: [Backend(name: "s", workers: .count(1), service: Service(cpu: .exponential(mean: .seconds(1))))],
    network: Network(transport: .message),
    run: RunSettings(warmup: .seconds(n / 8)))
default:
  topology = Topology(
    name: "three-weighted",
    clients: [ClientGroup(name: "stress", workload: .closed(ClosedLoop(concurrency: 100, extent: .requests(n))), timeout: .seconds(30))],
    balancer: Balancer(like: .nginx, strategy: StrategyChoice("nginx.weighted-round-robin")),
    backends: [("back-01", 1, 0.125), ("back-02", 2, 0.25), ("back-03", 3, 0.25)].map {
      Backend(name: $0.0, weight: $0.1, cpus: Cores($0.2), workers: .count(40), service: Service(cpu: .exponential(mean: ms(4))))
    },
    network: Network(transport: .tcp, links: [
      Link(from: .clients, to: .balancer, latency: .constant(ms(0.5))),
      Link(from: .balancer, to: .backends, latency: .constant(ms(0.2)))]))
}
let r = Simulation(topology).run()
print(r.requests, r.failures, r.simulatedSeconds, r.events, r.throughputPerSecond)
print(r.latency.mean / 1e6, r.latency.percentile(50) / 1e6, r.latency.percentile(95) / 1e6, r.latency.percentile(99) / 1e6)
for b in r.backends { print(b.name, b.picked, b.share, b.utilization, b.throttledSeconds, b.queueMean, b.response.mean / 1e6) }
