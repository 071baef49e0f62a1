import ExperimentModel
import LoadGeneration

/// A topology whose clients are all that matters.
func topology(
  _ workload: Workload, seed: UInt64 = 1, duration: Duration? = nil, warmup: Duration = .zero,
  _ change: (inout ClientGroup) -> Void = { _ in }
) -> Topology {
  var group = ClientGroup(name: "users", workload: workload, timeout: .seconds(20))
  change(&group)
  return Topology(
    name: "live", clients: [group], balancer: Balancer(strategy: StrategyChoice("round-robin")),
    backends: [Backend(name: "back-01", service: Service(cpu: .constant(.milliseconds(1))))],
    run: RunSettings(seed: seed, warmup: warmup, duration: duration))
}

func open(_ rate: Double, _ arrivals: ArrivalProcess = .poisson, requests: Int) -> Workload {
  .open(OpenLoop(rate: Rate(perSecond: rate), arrivals: arrivals, extent: .requests(requests)))
}

func closed(_ concurrency: Int, requests: Int, think: Distribution? = nil) -> Workload {
  .closed(ClosedLoop(concurrency: concurrency, extent: .requests(requests), think: think))
}

/// Sends the load of a topology to a URL from a thread of its own.
func load(_ topology: Topology, at url: String) async throws -> LoadResult {
  let generator = LoadGenerator(topology, at: try LiveEndpoint(url: url))
  let outcome: Result<LoadResult, LoadError> = await withCheckedContinuation { continuation in
    SystemThread.start {
      do throws(LoadError) {
        continuation.resume(returning: .success(try generator.run()))
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
  }
  return try outcome.get()
}
