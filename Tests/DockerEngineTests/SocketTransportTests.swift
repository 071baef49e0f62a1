import DockerEngine
import Glibc
import Testing

/// A server on a Unix socket that takes one request and sends one answer, byte for byte.
private final class OneAnswerServer: @unchecked Sendable {
  let path: String
  private let listener: Int32
  private let answer: String
  // Written by the server's thread before it ends, read after it was joined.
  private var received: [UInt8] = []
  private var thread = pthread_t()

  init(answer: String) throws {
    self.answer = answer
    var template = Array("/tmp/engine-test.XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/s"
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0 && listen(listener, 1) == 0)
    let context = Unmanaged.passRetained(self).toOpaque()
    pthread_create(
      &thread, nil,
      { context in
        if let context {
          Unmanaged<OneAnswerServer>.fromOpaque(context).takeRetainedValue().serve()
        }
        return nil
      }, context)
  }

  private func serve() {
    let connection = accept(listener, nil, nil)
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: received, as: UTF8.self).contains("\r\n\r\n") {
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { break }
      received += buffer.prefix(count)
    }
    let bytes = Array(answer.utf8)
    _ = write(connection, bytes, bytes.count)
    // Another test's process that has inherited the connection would keep it open.
    shutdown(connection, Int32(SHUT_RDWR))
    close(connection)
  }

  /// The request, once it is answered.
  func request() -> String {
    pthread_join(thread, nil)
    close(listener)
    unlink(path)
    rmdir(String(path.dropLast(2)))
    return String(decoding: received, as: UTF8.self)
  }
}

@Suite struct SocketTransportTests {
  @Test func `a call travels over the socket and its answer comes back`() throws {
    let server = try OneAnswerServer(
      answer: "HTTP/1.1 200 OK\r\nApi-Version: 1.43\r\nContent-Length: 2\r\n\r\nOK")
    let answer = try SocketTransport(to: .unix(path: server.path)).answer(to: .ping, version: nil)
    #expect(answer.status == 200)
    #expect(answer.apiVersion == "1.43")
    #expect(answer.body == Array("OK".utf8))
    #expect(server.request().hasPrefix("GET /_ping HTTP/1.1\r\nHost: localhost\r\n"))
  }

  @Test func `a change is posted without a body`() throws {
    let server = try OneAnswerServer(answer: "HTTP/1.1 204 No Content\r\n\r\n")
    let answer = try SocketTransport(to: .unix(path: server.path)).answer(
      to: .kill(id: "web", signal: "SIGKILL"), version: APIVersion(major: 1, minor: 40))
    #expect(answer.status == 204)
    let request = server.request()
    #expect(request.hasPrefix("POST /v1.40/containers/web/kill?signal=SIGKILL HTTP/1.1\r\n"))
    #expect(request.contains("Content-Length: 0\r\n"))
  }

  @Test func `a connection that breaks off is told from an engine that is not there`() throws {
    let server = try OneAnswerServer(answer: "")
    let error = #expect(throws: EngineError.self) {
      try SocketTransport(to: .unix(path: server.path)).answer(
        to: .start(id: "web"), version: .newest)
    }
    #expect(error?.nothingWasDone == false)
    _ = server.request()
  }

  @Test func `a socket that does not exist is told with its path`() {
    let error = #expect(throws: EngineError.self) {
      try Engine(at: .unix(path: "/nowhere/engine.sock"))
    }
    let sentence = error.map(\.description) ?? ""
    #expect(sentence.contains("unix:///nowhere/engine.sock"))
    #expect(sentence.contains("No such file or directory"))
    #expect(error?.nothingWasDone == true)
  }
}
