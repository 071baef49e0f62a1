import ClusterModel
import ExperimentModel
import SimulationEngine
import Testing

/// Who waits for whom behind HAProxy's limits, step by step.
@Suite struct HAProxyQueueTests {
  /// Servers with these limits, and steps a tenth of a second apart.
  static func outcomes(
    _ strategy: String, limits: [Int], _ actions: [ScriptedStep.Action],
    adjust: (inout BalancerScript) -> Void = { _ in }
  ) -> [StepOutcome] {
    var script = BalancerScript(
      like: .haproxy, strategy: StrategyChoice("haproxy." + strategy),
      servers: limits.enumerated().map { place, limit in
        BalancerScript.Server(
          backend: Backend(
            name: "s\(place)", maxConnections: limit == 0 ? nil : limit,
            service: Service(cpu: .constant(.zero))),
          address: "10.0.0.\(place):80")
      })
    script.steps = actions.enumerated().map { place, action in
      ScriptedStep(at: Instant(nanoseconds: Int64(place) * 100_000_000), action: action)
    }
    adjust(&script)
    return script.outcomes()
  }

  /// Who got a server because of a step, and which: `two>1`.
  static func dequeued(_ outcome: StepOutcome) -> [String] {
    outcome.dequeued.map { "\($0.id)>\($0.server)" }
  }

  static func start(_ id: String, key: String? = nil) -> ScriptedStep.Action {
    .start(id, ScriptedRequest(key: key))
  }

  @Test func `a hashed request waits for its own server though another is free`() {
    let outcomes = Self.outcomes(
      "uri", limits: [1, 1],
      [Self.start("one", key: "/k"), Self.start("two", key: "/k"), .finish("one")])
    #expect(outcomes[1].isQueued && outcomes[1].holder == nil)
    #expect(Self.dequeued(outcomes[2]) == ["two>\(outcomes[0].holder ?? -1)"])
  }

  @Test(arguments: [(-1, true), (0, false)])
  func `who waits for a server that goes moves only with redispatch`(
    redispatch: Int, moves: Bool
  ) throws {
    let actions = [Self.start("one", key: "/k"), Self.start("two", key: "/k")]
    let home = try #require(Self.outcomes("uri", limits: [1, 1], actions)[0].holder)
    let outcomes = Self.outcomes(
      "uri", limits: [1, 1], actions + [.admin(home, isUp: false), .finish("one")]
    ) {
      $0.retry = RetryRule(redispatch: redispatch)
    }
    #expect(Self.dequeued(outcomes[2]) == (moves ? ["two>\(1 - home)"] : []))
    #expect(Self.dequeued(outcomes[3]) == (moves ? [] : ["two>\(home)"]))
  }

  @Test func `the one that has waited longest gets the slot, bound to the server or not`() {
    // The hash of an empty key does not exist: such requests take turns, and wait for any.
    let outcomes = Self.outcomes(
      "uri", limits: [1],
      [
        Self.start("held", key: "/k"), Self.start("any"), Self.start("bound", key: "/k"),
        .finish("held"), .finish("any"),
      ])
    #expect(outcomes[3].dequeued.map(\.id) == ["any"])
    #expect(outcomes[4].dequeued.map(\.id) == ["bound"])
  }

  @Test(arguments: ["roundrobin", "static-rr", "first"])
  func `a server that comes back takes those that wait`(strategy: String) {
    let outcomes = Self.outcomes(
      strategy, limits: [1, 2],
      [
        .admin(1, isUp: false), Self.start("a"), Self.start("b"), Self.start("c"), Self.start("d"),
        .admin(1, isUp: true),
      ])
    #expect(outcomes[2...4].allSatisfy { $0.isQueued })
    #expect(Self.dequeued(outcomes[5]) == ["b>1", "c>1"])
  }

  @Test func `who waits too long is told 503`() {
    let outcomes = Self.outcomes(
      "leastconn", limits: [1],
      [Self.start("a"), Self.start("b"), .sleep, .sleep, .finish("a"), .finish("b")]
    ) {
      $0.queueTimeout = .milliseconds(250)
    }
    #expect(outcomes[4].dequeued.isEmpty && outcomes[5].status == 503)
  }

  @Test func `with no server left nobody waits`() {
    let outcomes = Self.outcomes(
      "roundrobin", limits: [1], [.admin(0, isUp: false), Self.start("a")])
    #expect(outcomes[1].status == 503 && !outcomes[1].isQueued)
  }

  @Test(arguments: [("roundrobin", 1), ("leastconn", 1), ("first", 1), ("uri", 3)])
  func `with redispatch all but what hashes moves at the first retry, and at once`(
    strategy: String, retries: Int
  ) {
    let outcomes = Self.outcomes(
      strategy, limits: [0, 0],
      [.backend(0, .refuse)] + (0..<8).map { .request(ScriptedRequest(key: "/\($0)")) }
    ) {
      $0.strategy.options = strategy == "uri" ? ["method": .word("consistent")] : [:]
      $0.retry = RetryRule(redispatch: -1)
    }
    let retried = outcomes.filter { $0.attempts.count > 1 }
    #expect(!retried.isEmpty)
    for outcome in retried {
      #expect(outcome.attempts.map(\.server) == Array(repeating: 0, count: retries) + [1])
      #expect(outcome.status == 200)
      #expect(outcome.took == Nanoseconds(Int64(retries - 1) * 1_000_000_000))
    }
  }

  @Test(arguments: [("close", BackendMode.close, 502), ("hang", .hang, 504)])
  func `a server that accepts and fails is not asked again`(
    name: String, mode: BackendMode, status: UInt16
  ) {
    let outcomes = Self.outcomes(
      "roundrobin", limits: [0, 0], [.backend(0, mode), .request(ScriptedRequest())])
    #expect(outcomes[1].attempts.count == 1 && outcomes[1].status == status)
  }
}
