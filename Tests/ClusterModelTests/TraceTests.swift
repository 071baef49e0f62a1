import ClusterModel
import ExperimentModel
import Statistics
import Testing

/// Requests that are told of hop by hop.
@Suite struct TraceTests {
  @Test func `the slowest requests are kept, the slowest first, each from end to end`() throws {
    let result = Simulation(SecondsTests.troubled, tracing: 20).run()
    #expect(result.traces.count == 20)
    #expect(result.traces.first.map { Int(($0.latency * 1e9).rounded()) } == result.latency.max)
    for (slower, faster) in zip(result.traces, result.traces.dropFirst()) {
      #expect(slower.latency >= faster.latency)
    }
    for trace in result.traces {
      #expect(trace.hops.first?.stage == .sent && trace.hops.last?.stage == .received)
      #expect(trace.hops.last?.seconds == trace.latency && trace.ending == "succeeded")
      #expect(zip(trace.hops, trace.hops.dropFirst()).allSatisfy { $0.seconds <= $1.seconds })
      #expect(trace.sentSeconds >= 3.5 && trace.client == "stress")
    }
  }

  @Test func `a request that waits for a worker is told of stage by stage`() throws {
    var topology = Sample.queue(
      Sample.open(100, .constant, requests: 2), cpu: .constant(.milliseconds(0)))
    topology.backends[0].service = Service(stages: [
      .cpu(.constant(.milliseconds(8))), .io(.constant(.milliseconds(5))),
      .cpu(.constant(.milliseconds(2))),
    ])
    let trace = try #require(Simulation(topology, tracing: 1).run().traces.first)
    #expect(trace.number == 1)
    let told = trace.hops.map { "\(Int(($0.seconds * 1e3).rounded())) \($0.stage.rawValue)" }
    #expect(
      told == [
        "0 sent", "0 reached balancer", "0 picked", "0 waits for a worker", "5 service began",
        "13 service began", "18 service began", "20 service done", "20 answer at balancer",
        "20 received",
      ])
  }

  @Test func `an attempt that has failed and the next one are hops of one request`() throws {
    let result = Simulation(SecondsTests.troubled, tracing: 1_000).run()
    let moved = try #require(
      result.traces.first { $0.hops.contains { $0.stage == .failed } })
    #expect(moved.hops.filter { $0.stage == .picked }.count == 2)
    let failed = try #require(moved.hops.first { $0.stage == .failed })
    #expect(failed.node == "back-02" && moved.hops.last?.node == "stress")
  }

  @Test func `a client that gives up, and tries again, is told of as such`() throws {
    var clients = Sample.open(50, requests: 200, timeout: .milliseconds(20))
    clients.retry = ClientRetry(tries: 2)
    let topology = Sample.queue(clients, cpu: .exponential(mean: .milliseconds(18)))
    let traces = Simulation(topology, tracing: 200).run().traces
    #expect(traces.count == 200)
    let again = try #require(traces.first { $0.hops.contains { $0.stage == .sentAgain } })
    #expect(traces.contains { $0.ending == "client_timeout" && $0.hops.last?.stage == .gaveUp })
    #expect(again.hops.filter { $0.stage == .sent }.count == 1)
  }
}
