import ExperimentDecoding
import ExperimentModel
import LabTestSupport
import Testing

@Suite struct `Experiments` {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write(
      Document(
        more: """
          faults: [{at: 1s, kill: one}]
          run: {seed: 9, warmup: 1s}
          """
      ).text, to: "lab.yaml")
  }

  private func decoded(_ text: String, _ settings: (String, String)...) throws -> Experiment {
    try decoder.decodeExperiment(
      contentsOf: folder.write(text, to: "experiment.yaml"),
      settings: settings.map { Setting(path: $0, value: $1, source: "--set \($0)=\($1)") })
  }

  /// What is complained about, without the folder.
  private func complaints(_ text: String, _ settings: (String, String)...) throws -> [String] {
    let file = try folder.write(text, to: "experiment.yaml")
    let settings = settings.map { Setting(path: $0, value: $1, source: "--set \($0)=\($1)") }
    do throws(Diagnostics) {
      _ = try decoder.decodeExperiment(contentsOf: file, settings: settings)
      return []
    } catch {
      return error.all.map { $0.description.replacing(folder.path + "/", with: "") }
    }
  }

  @Test func `an experiment changes the topology that it names`() throws {
    let experiment = try decoded(
      """
      name: change
      question: What then?
      topology: lab.yaml
      set: {backends.one.weight: 5, balancer: {strategy: random}}
      hypothesis: ["error_rate < 1%", "backends.two.share>=0.3"]
      faults: [{at: 2s, stop: two}]
      run: {seed: 3, replications: 4}
      compare: [round-robin, {power-of-two: {d: 3}}]
      """)
    #expect(experiment.name == "change" && experiment.question == "What then?")
    #expect(experiment.files.dropFirst() == [folder.path + "/lab.yaml"])
    let topology = experiment.topology
    #expect(topology.backends.map(\.weight) == [5, 1])
    #expect(topology.balancer.strategy == StrategyChoice("random"))
    #expect(topology.faults.map(\.at) == [.seconds(1), .seconds(2)])
    #expect(topology.run == RunSettings(seed: 3, warmup: .seconds(1), replications: 4))
    #expect(experiment.hypothesis.map(\.figure.name) == ["error_rate", "backends.two.share"])
    #expect(experiment.hypothesis.map(\.bound) == [0.01, 0.3])
    #expect(
      experiment.compare == [
        StrategyChoice("round-robin"), StrategyChoice("power-of-two", options: ["d": .number(3)]),
      ])
  }

  @Test func `a topology is an experiment by itself`() throws {
    let experiment = try decoded(Document(more: "hypothesis: [\"latency.p99 < 4s\"]").text)
    #expect(experiment.name == "lab" && experiment.files.count == 1)
    #expect(experiment.hypothesis.map(\.bound) == [4000])
  }

  @Test func `settings reach keys, elements of lists and values with parts`() throws {
    let topology = try decoded(
      "topology: lab.yaml", ("backends.one.service.cpu.exponential", "5ms"),
      ("faults.0.at", "3s"), ("backends.two.max_conns", "7"),
      ("network.links", "[{from: clients, to: balancer, latency: 1ms}]")
    ).topology
    #expect(topology.backends[0].service.cpu == .exponential(mean: .milliseconds(5)))
    #expect(topology.faults[0].at == .seconds(3))
    #expect(topology.backends[1].maxConnections == 7)
    #expect(topology.network.links.count == 1)
  }

  @Test func `a complaint stands in the file of the experiment, the topology or the option`() throws
  {
    #expect(
      try complaints(
        "topology: lab.yaml\nset: {backends.one.weight: -1}\nhypotesis: []\n",
        ("balancer.strategy", "rondom")
      ).map { $0.prefix { $0 != ";" } } == [
        "--set balancer.strategy=rondom: unknown strategy `rondom`",
        "experiment.yaml:2:28: `weight` must be a whole number from 1 to 65535, not `-1`",
        "experiment.yaml:3:1: unknown key `hypotesis`",
      ])
    #expect(
      try complaints("topology: lab.yaml\nset: {backends.one.weight: -1}\n") == [
        "experiment.yaml:2:28: `weight` must be a whole number from 1 to 65535, not `-1`"
      ])
    #expect(
      try complaints("topology: nowhere.yaml\n") == [
        "experiment.yaml:1:11: `nowhere.yaml`: there is no such file"
      ])
    #expect(
      try complaints("topology: lab.yaml", ("backends.oen.weight", "2"), ("faults.1.at", "2s"))
        == [
          "--set backends.oen.weight=2: there is no backend `oen`; did you mean `one`?",
          "--set faults.1.at=2s: `faults` has 1 elements, counted from 0; `1` is none of them",
        ])
  }

  @Test(arguments: [
    ("latncy.p99 < 4s", "there is no figure `latncy.p99`; did you mean `latency.p99`?"),
    ("latency.p99 < 4", "`latency.p99` needs a unit, such as 4s or 4ms, not `4`"),
    (
      "error_rate < 101%",
      "`error_rate` must be a share from 0% to 100%, such as 10% or 0.1, not `101%`"
    ),
    (
      "throughput",
      "`hypothesis` must be a figure, a relation and a bound, such as \"latency.p99 < 4s\", "
        + "not `throughput`"
    ),
    (
      "backends.one.shar > 1%",
      "there is no figure `backends.one.shar`; did you mean `backends.one.share`?"
    ),
  ])
  func `a hypothesis that says nothing is refused at its place`(line: String, message: String)
    throws
  {
    let text = Document(more: "hypothesis: ['\(line)']").text
    #expect(try complaints(text) == ["experiment.yaml:5:14: \(message)"])
  }

  @Test(arguments: [
    ("latency_ms.p99 <= 250ms", "latency.p99", 250.0, [250.0], [250.1]),
    ("latency.p99.9 < 1s", "latency.p99_9", 1000, [999], [1000]),
    ("throughput > 100/s", "throughput", 100, [101], [100]),
    ("throughput >= 90", "throughput", 90, [90], [89]),
    ("requests.unfinished == 0", "requests.unfinished", 0, [0], [1]),
    ("requests.failed != 3", "requests.failed", 3, [2], [3]),
  ])
  func `an expectation is judged in the unit of its figure`(
    line: String, name: String, bound: Double, kept: [Double], broken: [Double]
  ) throws {
    let expectation = try decoder.decodeExpectation(line, backends: [], source: "--until")
    #expect(expectation.figure.name == name && expectation.bound == bound)
    for value in kept { #expect(expectation.holds(for: value)) }
    for value in broken { #expect(!expectation.holds(for: value)) }
  }
}
