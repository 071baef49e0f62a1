import ExperimentModel
import LabTestSupport
import LoadGeneration
import Testing

struct EndingTests {
  @Test(arguments: [
    (200, LoadResult.Ending.succeeded), (204, .succeeded), (302, .succeeded), (404, .statusOther),
    (500, .statusOther), (502, .status502), (503, .status503), (504, .status504),
  ])
  func `a status ends a request in the simulator's words`(
    status: Int, ending: LoadResult.Ending
  ) async throws {
    let server = try LoopbackServer { _ in .init(status: status) }
    let result = try await load(topology(closed(1, requests: 3)), at: server.url)
    #expect(result.count(ending) == 3)
    #expect(result.failed == (ending == .succeeded ? 0 : 3))
  }

  @Test func `a client gives up after its time-out`() async throws {
    let gate = Gate()
    let server = try LoopbackServer { _ in
      gate.pass()
      return .init()
    }
    let impatient = topology(closed(2, requests: 4)) { $0.timeout = .milliseconds(60) }
    let result = try await load(impatient, at: server.url)
    gate.open()
    #expect(result.count(.clientTimeout) == 4)
    for outcome in result.outcomes { #expect(outcome.latency >= 60_000_000) }
  }

  @Test func `a connection that is refused or breaks off is a failure of the connection`()
    async throws
  {
    let server = try LoopbackServer { _ in .init(breaksOff: true) }
    let broken = try await load(topology(closed(1, requests: 2)), at: server.url)
    #expect(broken.count(.connection) == 2)
    let nobody = try await load(topology(closed(1, requests: 2)), at: "http://127.0.0.1:1/")
    #expect(nobody.count(.connection) == 2)
  }

  @Test func `a client sends a failed request again, as often and as late as its group says`()
    async throws
  {
    let server = try LoopbackServer { _ in .init(status: 503) }
    let stubborn = topology(closed(1, requests: 4)) {
      $0.retry = ClientRetry(tries: 3, backoff: Backoff(base: .milliseconds(20), factor: 2))
    }
    let result = try await load(stubborn, at: server.url)
    #expect(result.issued == 4 && result.count(.status503) == 4)
    #expect(result.retries == 8 && server.seen.requests.count == 12)
    for outcome in result.outcomes {
      #expect(outcome.latency >= 60_000_000, "from the first send to the end of the last try")
    }
  }

  @Test func `a retry budget limits how often requests are sent again`() async throws {
    let server = try LoopbackServer { _ in .init(status: 503) }
    let thrifty = topology(closed(1, requests: 20)) {
      $0.retry = ClientRetry(tries: 3, budget: Ratio(0.2))
    }
    let result = try await load(thrifty, at: server.url)
    #expect(result.count(.status503) == 20 && result.retries == 4)
  }

  @Test func `a request that succeeds is not sent again`() async throws {
    let server = try LoopbackServer()
    let stubborn = topology(closed(1, requests: 5)) { $0.retry = ClientRetry(tries: 3) }
    let result = try await load(stubborn, at: server.url)
    #expect(result.count(.succeeded) == 5 && result.retries == 0)
  }

  @Test func `a request carries its method, key and address`() async throws {
    let server = try LoopbackServer()
    let keyed = topology(closed(2, requests: 60)) {
      $0.request = RequestKind(method: "POST", key: .uniform(3), clientAddresses: 5)
    }
    let result = try await load(keyed, at: server.url + "shop?x=1")
    #expect(result.count(.succeeded) == 60)
    let seen = server.seen.requests
    #expect(Set(seen.map(\.method)) == ["POST"])
    #expect(Set(seen.map(\.target)) == Set((0..<3).map { "/shop?x=1&key=k\($0)" }))
    for request in seen {
      #expect(request.target.hasSuffix(request.headers["x-key"] ?? "none"))
      let told = try #require(request.headers["x-forwarded-for"])
      #expect(told.hasPrefix("10.") && request.client == "127" + told.dropFirst(2))
    }
    #expect(Set(seen.map(\.client)).count == 5)
  }
}

struct EndpointTests {
  @Test(arguments: [
    ("http://127.0.0.1:8080/", LiveEndpoint.Reach.loopback), ("http://localhost", .loopback),
    ("http://127.9.9.9:1/a?b=c", .loopback), ("http://[::1]:80/", .loopback),
    ("http://198.18.0.1/", .laboratory), ("http://198.19.255.255/", .laboratory),
    ("http://198.20.0.1/", .remote), ("http://192.0.2.1:80/", .remote),
  ])
  func `an endpoint knows how far away it is`(url: String, reach: LiveEndpoint.Reach) throws {
    #expect(try LiveEndpoint(url: url).reach == reach)
  }

  @Test func `a remote endpoint is refused unless it is allowed`() throws {
    let error = try #require(throws: LoadError.self) {
      try LiveEndpoint(url: "http://192.0.2.1/").refuseRemote()
    }
    #expect(error.kind == .notPermitted)
    #expect(error.description.contains("--allow-remote"))
  }

  @Test(arguments: [
    "127.0.0.1:8080", "https://127.0.0.1/", "http://", "http://127.0.0.1:0/",
    "http://127.0.0.1:70000/", "http://a b/", "http://user@127.0.0.1/", "http://127.0.0.1:/",
  ])
  func `what is no URL of a live endpoint is refused`(url: String) throws {
    let error = try #require(throws: LoadError.self) { try LiveEndpoint(url: url) }
    #expect(error.kind == .notUsable)
    #expect(error.description.hasPrefix("\(url) cannot be used: "))
  }
}
