import FoundationEssentials

/// A container engine that has answered, and the version of its interface that is spoken with it.
///
/// Docker and Podman both speak it. Each call blocks until the engine answers or its time is over.
public struct Engine: Sendable {
  /// Where the engine listens.
  public let address: EngineAddress
  /// The version that is spoken.
  public let version: APIVersion

  private let transport: any EngineTransport

  /// Greets the engine at an address, and agrees on a version.
  ///
  /// - Throws: an `EngineError` when nobody answers there, or only in a version that is too old.
  public init(
    at address: EngineAddress, over transport: (any EngineTransport)? = nil
  ) throws(EngineError) {
    self.address = address
    self.transport = transport ?? address.transport
    let answer = try self.transport.answer(to: .ping, version: nil)
    guard answer.status == 200 else {
      throw .refused(
        call: EngineCall.ping.line(version: nil), status: answer.status,
        message: Self.message(in: answer))
    }
    guard let text = answer.apiVersion, let offered = APIVersion(text: text) else {
      throw .notUnderstood(
        call: EngineCall.ping.line(version: nil), detail: "it has no header Api-Version")
    }
    guard let version = APIVersion.negotiated(with: offered) else {
      throw .tooOld(address: address.description, version: text)
    }
    self.version = version
  }

  /// The engine that this environment points to: the first candidate that answers.
  ///
  /// - Throws: the most telling of what the candidates said.
  public static func find(in environment: [String: String]) throws(EngineError) -> Engine {
    var failures: [EngineError] = []
    for address in try EngineAddress.candidates(in: environment) {
      do throws(EngineError) {
        return try Engine(at: address)
      } catch {
        failures.append(error)
      }
    }
    // A socket that exists but refuses says more than one that does not exist.
    let telling = failures.first { if case .unreachable = $0 { false } else { true } }
    throw telling ?? failures[0]
  }
}

extension Engine {
  /// All containers, running or not, in the engine's order.
  public func containers() throws(EngineError) -> [ContainerSummary] {
    try decode([ContainerSummary].self, from: .list)
  }

  /// Everything about the container with this identifier or name.
  public func inspect(_ id: String) throws(EngineError) -> Container {
    try decode(Container.self, from: .inspect(id: id))
  }

  /// What the engine is, and what it runs on.
  public func info() throws(EngineError) -> EngineInfo {
    try decode(EngineInfo.self, from: .info)
  }

  /// Makes a call that changes something.
  ///
  /// Starting a container that already runs is no error: 304 means that it is as it was asked for.
  public func perform(_ call: EngineCall) throws(EngineError) {
    let answer = try transport.answer(to: call, version: version)
    guard (200..<300).contains(answer.status) || answer.status == 304 else {
      throw refusal(of: call, answer)
    }
  }

  /// The body of the answer to a call that only reads.
  func body(of call: EngineCall) throws(EngineError) -> [UInt8] {
    let answer = try transport.answer(to: call, version: version)
    guard answer.status == 200 else { throw refusal(of: call, answer) }
    return answer.body
  }

  /// The value that the answer to a call describes.
  func decode<Value: Decodable>(
    _ type: Value.Type, from call: EngineCall
  ) throws(EngineError) -> Value {
    let body = try body(of: call)
    do {
      return try JSONDecoder().decode(type, from: Data(body))
    } catch {
      throw .notUnderstood(call: call.line(version: version), detail: "\(error)")
    }
  }

  private func refusal(of call: EngineCall, _ answer: EngineAnswer) -> EngineError {
    .refused(
      call: call.line(version: version), status: answer.status,
      message: Self.message(in: answer))
  }

  /// The engine's own words for a refusal: `{"message": …}`, or the plain body.
  private static func message(in answer: EngineAnswer) -> String {
    struct Refusal: Decodable { let message: String }
    let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.body))
    let text = refusal?.message ?? String(decoding: answer.body.prefix(500), as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
