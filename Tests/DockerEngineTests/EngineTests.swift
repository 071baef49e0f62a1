import DockerEngine
import Testing

/// A transport with one answer for everything but the greeting, and a record of what it was asked.
private final class Script: EngineTransport, @unchecked Sendable {
  var offered: String? = "1.41"
  var answer = EngineAnswer(status: 204)
  private(set) var lines: [String] = []

  func answer(
    to call: EngineCall, version: APIVersion?
  ) throws(EngineError) -> EngineAnswer {
    lines.append(call.line(version: version))
    guard call == .ping else { return answer }
    return EngineAnswer(status: 200, apiVersion: offered, body: Array("OK".utf8))
  }

  func reply(_ status: Int, _ body: String) {
    answer = EngineAnswer(status: status, body: Array(body.utf8))
  }
}

@Suite struct EngineTests {
  private let script = Script()

  private func engine() throws -> Engine {
    try Engine(at: .unix(path: "/run/test.sock"), over: script)
  }

  private func failure(_ ask: (Engine) throws(EngineError) -> Void) throws -> EngineError? {
    let engine = try engine()
    do throws(EngineError) {
      try ask(engine)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [("1.40", "1.40"), ("1.41", "1.41"), ("1.44", "1.44"), ("1.56", "1.44")])
  func `the newest version that both know is spoken`(offered: String, spoken: String) throws {
    script.offered = offered
    #expect(try engine().version.description == spoken)
  }

  @Test(arguments: ["1.39", "0.99"])
  func `an engine that is too old is refused with its version`(offered: String) {
    script.offered = offered
    #expect(throws: EngineError.tooOld(address: "unix:///run/test.sock", version: offered)) {
      try engine()
    }
  }

  @Test(arguments: [nil, "", "1", "a.b", "1.41.2"])
  func `a greeting without a version is not understood`(offered: String?) {
    script.offered = offered
    #expect(throws: EngineError.self) { try engine() }
  }

  @Test func `each call has its exact request line`() throws {
    let engine = try engine()
    try engine.perform(.kill(id: "ab/c d", signal: "SIGTERM"))
    try engine.perform(.start(id: "abc"))
    script.reply(200, "[]")
    _ = try engine.containers()
    #expect(
      script.lines == [
        "GET /_ping",
        "POST /v1.41/containers/ab%2Fc%20d/kill?signal=SIGTERM",
        "POST /v1.41/containers/abc/start",
        "GET /v1.41/containers/json?all=1",
      ])
  }

  @Test func `a container's description is read`() throws {
    script.reply(
      200,
      """
      {"Id": "f00d", "Name": "/web", "Unknown": [1],
       "State": {"Status": "running", "Running": true, "Paused": false, "ExitCode": 0, "Pid": 7,
                 "StartedAt": "2026-11-21T10:00:00.1Z", "FinishedAt": "0001-01-01T00:00:00Z",
                 "Health": {"Status": "starting"}},
       "HostConfig": {"AutoRemove": true, "RestartPolicy": {"Name": "unless-stopped"}},
       "Config": {"Labels": {"chaos.protect": "true"}}}
      """)
    let container = try engine().inspect("web")
    #expect(container.id == "f00d")
    #expect(container.name == "web")
    #expect(container.labels == ["chaos.protect": "true"])
    #expect(container.isRemovedOnExit)
    #expect(container.restartPolicy == "unless-stopped")
    #expect(container.state.isRunning)
    #expect(container.state.startedAt == "2026-11-21T10:00:00.1Z")
    #expect(container.state.health == "starting")
  }

  @Test func `a description with little in it is read as well`() throws {
    script.reply(
      200,
      """
      {"Id": "f00d", "Name": "web", "Config": {"Labels": null},
       "State": {"Status": "paused", "Running": true, "StartedAt": "x", "Health": {"Status": ""}}}
      """)
    let container = try engine().inspect("web")
    #expect(container.labels.isEmpty)
    #expect(container.state.isPaused)
    #expect(container.state.health == nil)
  }

  @Test func `a list names containers without slashes and links`() throws {
    script.reply(
      200,
      """
      [{"Id": "f00d", "Names": ["/db/web", "/web"], "State": "running",
        "Labels": {"com.docker.compose.service": "front"}},
       {"Id": "0123456789abcdef", "Names": null, "Labels": null}]
      """)
    let list = try engine().containers()
    #expect(list.map(\.name) == ["web", "0123456789ab"])
    #expect(list.map(\.service) == ["front", nil])
  }

  @Test func `starting what already runs is no error`() throws {
    script.reply(304, "")
    try engine().perform(.start(id: "web"))
  }

  @Test func `a refusal carries the engine's words on one line`() throws {
    script.reply(409, #"{"message": "Container web\nis not running"}"#)
    let error = try failure { engine throws(EngineError) in
      try engine.perform(.kill(id: "web", signal: "SIGKILL"))
    }
    #expect(error?.isConflict == true)
    #expect(error?.nothingWasDone == true)
    #expect(error?.description.hasSuffix("status 409: Container web is not running") == true)
  }

  @Test func `a container that is not there is told from other refusals`() throws {
    script.reply(404, "no such container")
    let error = try failure { engine throws(EngineError) in _ = try engine.inspect("web") }
    #expect(error?.isNotFound == true)
    #expect(error?.isConflict == false)
  }

  @Test func `after an error inside the engine it is open what was done`() throws {
    script.reply(500, #"{"message": "driver failed"}"#)
    let error = try failure { engine throws(EngineError) in
      try engine.perform(.start(id: "web"))
    }
    #expect(error?.nothingWasDone == false)
  }

  @Test func `an answer that is no JSON is not understood`() throws {
    script.reply(200, "<html>")
    let error = try failure { engine throws(EngineError) in _ = try engine.containers() }
    guard case .notUnderstood? = error else {
      Issue.record("it was understood, or failed otherwise: \(String(describing: error))")
      return
    }
  }
}
