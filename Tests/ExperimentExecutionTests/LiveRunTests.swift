import ClusterModel
import ExperimentDecoding
import ExperimentExecution
import ExperimentModel
import FaultInjection
import FoundationEssentials
import LabTestSupport
import LoadGeneration
import Reporting
import Testing

struct LiveRunTests {
  /// An experiment on two backends, as a file says it.
  private func experiment(_ more: String = "") throws -> Experiment {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      name: two
      question: Does it hold?
      clients: {users: {closed: {concurrency: 4, requests: 200}, timeout: 60s}}
      balancer: {strategy: round-robin, like: ideal}
      backends: {back-01: {service: {cpu: 1ms}}, back-02: {service: {cpu: 1ms}}}
      \(more)
      """, to: "two.yaml")
    return try TopologyDecoder(strategies: StrategyCatalog.cards).decodeExperiment(
      contentsOf: file)
  }

  /// Runs it without an engine, in a thread that may block.
  private func run(
    _ experiment: Experiment, at server: LoopbackServer
  ) async throws -> LiveRun.Outcome {
    let endpoint = try LiveEndpoint(url: server.url)
    let result: Result<LiveRun.Outcome, LiveRunError> = await withCheckedContinuation { waiting in
      SystemThread.start {
        do throws(LiveRunError) {
          let run = LiveRun(experiment, at: endpoint)
          waiting.resume(returning: .success(try run.run()))
        } catch {
          waiting.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  @Test func `a hypothesis that the figures meet holds`() async throws {
    let server = try LoopbackServer()
    let outcome = try await run(
      experiment("hypothesis: ['error_rate < 1%', 'requests.succeeded == 200']"), at: server)
    #expect(outcome.report.verdict == .holds)
    #expect(outcome.report.load.run.requests.succeeded == 200)
    #expect(outcome.report.load.run.hypothesis.map(\.holds) == [true, true])
    #expect(outcome.interruption == nil && outcome.failure == nil)
  }

  @Test func `a hypothesis that they do not meet is refuted`() async throws {
    let server = try LoopbackServer { _ in .init(status: 503) }
    let outcome = try await run(experiment("hypothesis: ['error_rate < 1%']"), at: server)
    #expect(outcome.report.verdict == .refuted)
    #expect(outcome.report.load.run.failures.status503 == 200)
  }

  @Test func `a condition that comes true ends the run early`() async throws {
    let server = try LoopbackServer { _ in .init(status: 500, delay: .milliseconds(20)) }
    var endless = try experiment("abort: ['error_rate > 50%']\nrun: {duration: 60s}")
    endless.topology.clients[0].workload.extent = .untilRunEnds
    let outcome = try await run(endless, at: server)
    #expect(outcome.report.verdict == .aborted)
    #expect(outcome.report.abortReason == "error_rate > 50% came true")
    #expect(outcome.report.load.run.simulatedSeconds < 30)
  }

  @Test func `answers tell their backends by name or by address and port`() async throws {
    let server = try LoopbackServer { request in
      // The tries of one request stand in one header, the last one last.
      .init(headers: ["X-Backend: 10.0.0.9:80, back-0\(request.target.count % 2 + 1):80"])
    }
    let outcome = try await run(
      experiment("hypothesis: ['backends.back-02.share > 99%']"), at: server)
    #expect(outcome.report.verdict == .holds)
    #expect(outcome.report.load.run.backends.map(\.picked) == [0, 200])
  }

  @Test func `the JSON has the keys of a live report`() async throws {
    let server = try LoopbackServer()
    let outcome = try await run(experiment("hypothesis: ['error_rate < 1%']"), at: server)
    let json = try JSONValue(parsing: outcome.report.json)
    #expect(
      json.keys == [
        "capture", "events", "experiment", "faults", "hypothesis", "load", "question", "started",
        "verdict",
      ])
    #expect(json["hypothesis"]?.elements?.first?.keys.contains("observed") == true)
    let load = try #require(json["load"])
    for key in ["requests", "failures", "latency_ms", "throughput_per_s", "backends"] {
      #expect(load.keys.contains(key))
    }
    #expect(load["requests"]?["issued"]?.number == 200)
    #expect(load["per_second"]?.elements?.isEmpty == false)
  }
}

struct FaultOccurrenceTests {
  @Test func `a fault that recurs happens at each of its times, with its targets drawn anew`()
    throws
  {
    let group = ClientGroup(
      name: "users",
      workload: .open(OpenLoop(rate: Rate(perSecond: 1), extent: .duration(.seconds(60)))))
    let names = (1...6).map { "back-0\($0)" }
    let topology = Topology(
      name: "six", clients: [group], balancer: Balancer(strategy: StrategyChoice("round-robin")),
      backends: names.map { Backend(name: $0, service: Service(cpu: .constant(.zero))) },
      faults: [
        ScheduledFault(
          at: .seconds(5), .pause, targets: .any(2, of: names), duration: .seconds(1),
          every: .seconds(10), times: 4),
        ScheduledFault(at: .seconds(1), .stop, targets: .label(key: "role", value: "db")),
      ])
    func all() -> [FaultOccurrence] {
      FaultOccurrence.all(of: topology) { key, value in ["\(key)=\(value ?? "")"] }
    }
    let occurrences = all()
    #expect(occurrences.map { $0.at.inSeconds } == [1, 5, 15, 25, 35])
    #expect(occurrences[0].targets == ["role=db"])
    for occurrence in occurrences.dropFirst() {
      #expect(Set(occurrence.targets).count == 2)
      #expect(Set(occurrence.targets).isSubset(of: names))
    }
    #expect(Set(occurrences.dropFirst().map(\.targets)).count > 1)
    #expect(all() == occurrences)
  }
}
