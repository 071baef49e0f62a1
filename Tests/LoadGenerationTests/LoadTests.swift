import ClusterModel
import ExperimentModel
import LabTestSupport
import LoadGeneration
import SimulationEngine
import Statistics
import Testing

struct LoadTests {
  @Test func `a closed group sends each of its requests once`() async throws {
    let server = try LoopbackServer()
    let result = try await load(topology(closed(5, requests: 120)), at: server.url)
    #expect(result.issued == 120)
    #expect(result.count(.succeeded) == 120)
    #expect(result.unfinished == 0)
    #expect(result.latency.count == 120)
    #expect(server.seen.requests.count == 120)
    #expect(server.seen.mostWaiting <= 5)
  }

  @Test func `without keepalive each request has a connection of its own`() async throws {
    let server = try LoopbackServer()
    _ = try await load(topology(closed(4, requests: 40)), at: server.url)
    #expect(server.seen.connections == 40)
  }

  @Test func `with keepalive each client keeps its connection`() async throws {
    let server = try LoopbackServer()
    let kept = topology(closed(4, requests: 40)) { $0.keepalive = true }
    let result = try await load(kept, at: server.url)
    #expect(result.count(.succeeded) == 40)
    #expect(server.seen.connections == 4)
  }

  @Test func `an open group sends at the instants that the simulator draws`() async throws {
    let server = try LoopbackServer()
    let plan = topology(open(400, requests: 100), seed: 7)
    let result = try await load(plan, at: server.url)
    var schedule = ClientSchedule(plan.clients[0], seed: 7)
    var drawn: [Int64] = []
    var next = schedule.firstArrival()
    while let time = next, schedule.send(at: time) {
      drawn.append(time.nanoseconds)
      next = schedule.nextArrival(after: time)
    }
    #expect(drawn.count == 100)
    #expect(result.outcomes.map(\.intended).sorted() == drawn)
    let other = try await load(topology(open(400, requests: 100), seed: 8), at: server.url)
    #expect(other.outcomes.map(\.intended).sorted() != drawn)
  }

  @Test func `slow answers delay no request of an open group`() async throws {
    // Nobody is answered before all forty wait.
    let gate = Gate(opensFor: 40)
    let server = try LoopbackServer { _ in
      gate.pass()
      return .init()
    }
    let patient = topology(open(200, .constant, requests: 40)) { $0.timeout = .seconds(120) }
    let result = try await load(patient, at: server.url)
    #expect(server.seen.mostWaiting == 40)
    #expect(result.count(.succeeded) == 40)
  }

  @Test func `a latency counts from the time at which the request was to be sent`() async throws {
    let server = try LoopbackServer { _ in .init(delay: .milliseconds(20)) }
    let result = try await load(topology(open(500, .constant, requests: 10)), at: server.url)
    for outcome in result.outcomes { #expect(outcome.latency >= 20_000_000) }
    #expect(result.outcomes.map(\.intended).sorted() == (1...10).map { $0 * 2_000_000 })
  }

  @Test func `a closed client thinks between an answer and its next request`() async throws {
    let server = try LoopbackServer()
    let pause = Distribution.constant(.milliseconds(40))
    let result = try await load(topology(closed(1, requests: 5, think: pause)), at: server.url)
    let times = result.outcomes.map(\.intended)
    for (earlier, later) in zip(times, times.dropFirst()) { #expect(later - earlier >= 40_000_000) }
  }

  @Test func `the end of the run leaves what is in flight unfinished`() async throws {
    let gate = Gate()
    let server = try LoopbackServer { _ in
      gate.pass()
      return .init()
    }
    let short = topology(
      .closed(ClosedLoop(concurrency: 3, extent: .untilRunEnds)), duration: .seconds(2))
    let result = try await load(short, at: server.url)
    gate.open()
    #expect(result.issued == 3)
    #expect(result.unfinished == 3)
    #expect(result.length == 2_000_000_000)
  }

  @Test func `latencies of the warm-up are counted and not measured`() async throws {
    let server = try LoopbackServer()
    let plan = topology(
      open(100, .constant, requests: 30), warmup: .milliseconds(105))
    let result = try await load(plan, at: server.url)
    #expect(result.count(.succeeded) == 30)
    #expect(result.latency.count == 20)
  }

  @Test func `windows tell what ended in a part of the time`() async throws {
    let server = try LoopbackServer { request in
      .init(headers: ["X-Backend: back-0\(request.target.count % 2 + 1)"])
    }
    let result = try await load(topology(closed(2, requests: 50)), at: server.url)
    #expect(result.window(0..<Int64.max).succeeded == 50)
    #expect(result.window(0..<Int64.max, backends: ["back-02"]).succeeded == 50)
    #expect(result.window(0..<Int64.max, backends: ["back-01"]).succeeded == 0)
    #expect(result.seconds.reduce(0) { $0 + $1.succeeded } == 50)
  }
}
