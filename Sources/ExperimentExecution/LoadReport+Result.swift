import ExperimentModel
import LoadGeneration
import Reporting
import Statistics

extension LoadReport {
  /// The report on what live clients measured of a topology.
  ///
  /// - Parameters:
  ///   - witness: what the engine told about the backends' containers.
  ///   - names: the backends by what answers call them: their addresses.
  ///   - packets: the file of all packets of the balancer; nil without one.
  init(
    _ result: LoadResult, of topology: Topology, at endpoint: LiveEndpoint,
    witness: [String: BackendWitness] = [:], names: [String: String] = [:],
    packets: String? = nil
  ) {
    var answers = BackendAnswers.all(in: result, topology: topology, names: names)
    if answers.isEmpty, let packets {
      answers = BackendAnswers.all(inPackets: packets, topology: topology, names: names)
    }
    let known = answers.values.reduce(0) { $0 + $1.succeeded + $1.failed }
    let backends = topology.backends.map { backend in
      RunReport.Backend(
        backend, answers: answers[backend.name] ?? BackendAnswers(), of: known,
        witness: witness[backend.name] ?? BackendWitness())
    }
    self.init(
      run: RunReport(result, of: topology, backends: backends),
      url: endpoint.text, lateness: LatencyFigures(nanoseconds: result.lateness),
      perSecond: result.seconds.enumerated().map { second, window in
        Second(
          at: second, succeeded: window.succeeded, failed: window.failed,
          p50: window.latency.percentile(50) / 1e6, p99: window.latency.percentile(99) / 1e6)
      },
      knowsBackends: known > 0 || !witness.isEmpty)
  }
}

extension RunReport {
  /// The figures that live and simulated runs share; a live run has no events of an engine.
  init(_ result: LoadResult, of topology: Topology, backends: [Backend]) {
    self.init(
      name: topology.name, strategy: topology.balancer.strategy.name, seed: topology.run.seed,
      simulatedSeconds: Double(result.length) / 1e9, events: 0,
      requests: Requests(
        issued: result.issued, succeeded: result.count(.succeeded), failed: result.failed,
        unfinished: result.unfinished),
      failures: Failures(
        status502: result.count(.status502), status503: result.count(.status503),
        status504: result.count(.status504), clientTimeout: result.count(.clientTimeout),
        connection: result.count(.connection),
        statusOther: result.count(.statusOther) == 0 ? nil : result.count(.statusOther)),
      throughputPerSecond: Figure(result.throughputPerSecond),
      latency: LatencyFigures(nanoseconds: result.latency), backends: backends,
      wallSeconds: Double(result.length) / 1e9)
    if result.retries > 0 { requests.attempts = result.issued + result.retries }
  }
}

/// The answers that named one backend.
struct BackendAnswers {
  var succeeded = 0
  var failed = 0
  var latency = Histogram()

  /// The answers of each backend of a topology, by its name.
  static func all(
    in result: LoadResult, topology: Topology, names: [String: String]
  ) -> [String: BackendAnswers] {
    let known = Set(topology.backends.map(\.name))
    let owners = result.backendNames.map { BackendAnswers.owner(of: $0, among: known, names) }
    var answers: [String: BackendAnswers] = [:]
    for outcome in result.outcomes where outcome.backend >= 0 {
      guard let owner = owners[Int(outcome.backend)] else { continue }
      if outcome.ending != .succeeded {
        answers[owner, default: BackendAnswers()].failed += 1
        continue
      }
      answers[owner, default: BackendAnswers()].succeeded += 1
      if outcome.intended >= result.warmup {
        answers[owner, default: BackendAnswers()].latency.record(Int(max(0, outcome.latency)))
      }
    }
    return answers
  }

  /// The backend that an answer means: by its name, or by its address with or without a port; of
  /// several, which are tries of one request, the last.
  static func owner(
    of text: String, among known: Set<String>, _ names: [String: String]
  ) -> String? {
    guard let last = text.split(separator: ",").last.map(String.init) else { return nil }
    if known.contains(last) { return last }
    if let name = names[last] { return name }
    let host = last.prefix { $0 != ":" }
    return known.contains(String(host)) ? String(host) : names[String(host)]
  }
}

extension RunReport.Backend {
  fileprivate init(
    _ backend: Backend, answers: BackendAnswers, of all: Int, witness: BackendWitness
  ) {
    let picked = answers.succeeded + answers.failed
    let available = witness.countedSeconds * (backend.cpus?.count ?? witness.cores)
    self.init(
      name: backend.name, picked: picked, succeeded: answers.succeeded, failed: answers.failed,
      share: Figure(all == 0 ? 0 : Double(picked) / Double(all)),
      utilization: Figure(available > 0 ? min(1, witness.cpuSeconds / available) : 0),
      throttledSeconds: Figure(witness.throttledSeconds), queueMean: Figure(0),
      response: LatencyFigures(nanoseconds: answers.latency),
      memoryPeakBytes: witness.memoryPeakBytes, outOfMemoryKills: witness.outOfMemoryKills,
      restarts: witness.restarts)
  }
}
