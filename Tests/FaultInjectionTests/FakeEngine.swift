import DockerEngine
import FaultInjection
import Glibc

/// An engine in memory: containers that die when they are killed and run when they are started.
///
/// It is asked by several threads at once, one after another.
final class FakeEngine: EngineTransport, @unchecked Sendable {
  private let turn = RecursiveLock()
  /// One container, and how it behaves.
  struct FakeContainer {
    var id: String
    var name: String
    var status = "running"
    /// Counts the runs; the present one is part of `StartedAt`.
    var run = 1
    var labels: [String: String] = [:]
    var isRemovedOnExit = false
    /// Signals that its process outlives.
    var survives: Set<String> = []
    /// The number of its first process; that of the tests stands in for it.
    var pid: Int32 = getpid()
    /// Whose network it uses.
    var networkMode = "bridge"
    /// Whether its process exits as soon as it is started again.
    var isBroken = false
  }

  /// What goes wrong with a call.
  enum Trouble {
    /// The engine does as it is told, and its answer is lost.
    case doneUnanswered
    /// The engine does nothing, and nobody knows.
    case lostUnanswered
    /// Nobody answers.
    case unreachable
    /// The engine refuses.
    case refused(Int)
  }

  var containers: [FakeContainer] = []
  /// Where it pretends to listen.
  var address = EngineAddress.unix(path: "/run/fake.sock")
  /// Asked before each call, and given its number, from 0.
  var trouble: (Int, EngineCall) -> Trouble? = { _, _ in nil }
  /// The calls that change something, as `kill web SIGKILL`.
  private(set) var changes: [String] = []
  private(set) var callCount = 0

  init(_ containers: FakeContainer...) {
    self.containers = containers
  }

  func connect() throws(EngineError) -> Engine {
    try Engine(at: address, over: self)
  }

  subscript(name: String) -> FakeContainer {
    get { containers.first { $0.name == name } ?? FakeContainer(id: "none", name: "none") }
    set { containers = containers.map { $0.name == name ? newValue : $0 } }
  }

  /// Lets somebody else start a container.
  func startByHand(_ name: String) {
    self[name].status = "running"
    self[name].run += 1
  }

  func answer(
    to call: EngineCall, version: APIVersion?
  ) throws(EngineError) -> EngineAnswer {
    turn.take()
    defer { turn.give() }
    if call == .ping { return EngineAnswer(status: 200, apiVersion: "1.41") }
    defer { callCount += 1 }
    switch trouble(callCount, call) {
    case nil:
      return perform(call)
    case .doneUnanswered:
      _ = perform(call)
      throw .noAnswer(call: call.line(version: version), seconds: 1)
    case .lostUnanswered:
      throw .noAnswer(call: call.line(version: version), seconds: 1)
    case .unreachable:
      throw .unreachable(address: "unix:///run/fake.sock", reason: "gone")
    case .refused(let status):
      return EngineAnswer(status: status, body: Array(#"{"message": "no"}"#.utf8))
    }
  }

  private func perform(_ call: EngineCall) -> EngineAnswer {
    switch call {
    case .ping: EngineAnswer(status: 200)
    case .list: json("[" + containers.map(summary).joined(separator: ",") + "]")
    case .inspect(let id): on(id) { json(description(of: $0)) }
    case .kill(let id, let signal): on(id) { kill($0, signal) }
    case .start(let id): on(id) { start($0) }
    case .stop(let id, _): on(id) { stop($0) }
    case .pause(let id): on(id) { freeze($0, from: "running", to: "paused", "pause") }
    case .unpause(let id): on(id) { freeze($0, from: "paused", to: "running", "unpause") }
    case .info, .events, .usage: json("{}")
    }
  }

  private func on(_ id: String, _ body: (FakeContainer) -> EngineAnswer) -> EngineAnswer {
    containers.first { $0.id == id || $0.name == id }.map(body)
      ?? EngineAnswer(status: 404, body: Array(#"{"message": "No such container"}"#.utf8))
  }

  private func kill(_ container: FakeContainer, _ signal: String) -> EngineAnswer {
    changes.append("kill \(container.name) \(signal)")
    guard container.status == "running" else { return EngineAnswer(status: 409) }
    if !container.survives.contains(signal) { self[container.name].status = "exited" }
    return EngineAnswer(status: 204)
  }

  private func start(_ container: FakeContainer) -> EngineAnswer {
    changes.append("start \(container.name)")
    guard container.status != "running" else { return EngineAnswer(status: 304) }
    self[container.name].run += 1
    self[container.name].status = container.isBroken ? "exited" : "running"
    return EngineAnswer(status: 204)
  }

  private func stop(_ container: FakeContainer) -> EngineAnswer {
    changes.append("stop \(container.name)")
    self[container.name].status = "exited"
    return EngineAnswer(status: 204)
  }

  private func freeze(
    _ container: FakeContainer, from before: String, to after: String, _ verb: String
  ) -> EngineAnswer {
    changes.append("\(verb) \(container.name)")
    guard container.status == before else { return EngineAnswer(status: 409) }
    self[container.name].status = after
    return EngineAnswer(status: 204)
  }

  private func json(_ text: String) -> EngineAnswer {
    EngineAnswer(status: 200, body: Array(text.utf8))
  }

  private func labels(_ container: FakeContainer) -> String {
    "{" + container.labels.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ",") + "}"
  }

  private func summary(_ container: FakeContainer) -> String {
    """
    {"Id": "\(container.id)", "Names": ["/\(container.name)"], "State": "\(container.status)",
     "Labels": \(labels(container))}
    """
  }

  private func description(of container: FakeContainer) -> String {
    """
    {"Id": "\(container.id)", "Name": "/\(container.name)",
     "State": {"Status": "\(container.status)", "Paused": \(container.status == "paused"),
       "Running": \(["running", "paused"].contains(container.status)), "ExitCode": 137,
       "Pid": \(container.pid),
       "StartedAt": "2026-11-21T10:00:0\(container.run).5Z",
       "FinishedAt": "2026-11-21T10:00:01.75Z"},
     "HostConfig": {"AutoRemove": \(container.isRemovedOnExit),
       "NetworkMode": "\(container.networkMode)"},
     "Config": {"Labels": \(labels(container))}}
    """
  }
}
