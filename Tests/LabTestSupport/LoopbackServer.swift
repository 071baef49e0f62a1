import Glibc
import Synchronization

/// A small web server on a port of 127.0.0.1, with a thread for each connection.
public final class LoopbackServer: Sendable {
  /// What a request said.
  public struct Request: Sendable {
    /// The method.
    public var method: String
    /// The path with its query.
    public var target: String
    /// The headers, their names in small letters.
    public var headers: [String: String]
    /// The address that the connection came from.
    public var client: String
  }

  /// What the server answers.
  public struct Answer: Sendable {
    /// The status.
    public var status: Int
    /// How long the answer takes.
    public var delay: Duration
    /// Further header lines.
    public var headers: [String]
    /// Whether the connection breaks off in place of an answer.
    public var breaksOff: Bool

    /// Makes an answer; without arguments a good one at once.
    public init(
      status: Int = 200, delay: Duration = .zero, headers: [String] = [], breaksOff: Bool = false
    ) {
      self.status = status
      self.delay = delay
      self.headers = headers
      self.breaksOff = breaksOff
    }
  }

  /// What the server has seen.
  public struct Sight: Sendable {
    /// The requests in the order in which they came.
    public var requests: [Request] = []
    /// How many connections were made.
    public var connections = 0
    /// How many requests wait for their answer.
    public var waiting = 0
    /// How many waited at once at most.
    public var mostWaiting = 0
  }

  /// The port that it listens on.
  public let port: UInt16
  private let listener: Int32
  private let sight = Mutex(Sight())
  private let answer: @Sendable (Request) -> Answer

  /// Starts a server that answers so.
  public init(_ answer: @escaping @Sendable (Request) -> Answer = { _ in Answer() }) throws {
    self.answer = answer
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) | listen(listener, 1024) | getsockname(listener, $0, &length)
      }
    }
    guard bound == 0 else { throw NoPort() }
    port = address.sin_port.bigEndian
    thread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard let self else { return }
        if connection >= 0 {
          thread { self.serve(connection) }
        } else {
          // That this one cannot be taken now is no reason to take no others.
          usleep(1000)
        }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The URL of its root.
  public var url: String { "http://127.0.0.1:\(port)/" }
  /// What it has seen so far.
  public var seen: Sight { sight.withLock { $0 } }

  private func serve(_ connection: Int32) {
    sight.withLock { $0.connections += 1 }
    defer {
      // Another test's process that has inherited the connection would keep it open.
      shutdown(connection, Int32(SHUT_RDWR))
      close(connection)
    }
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      while let head = bytes.firstRange(of: end) {
        let text = String(decoding: bytes[..<head.lowerBound], as: UTF8.self)
        bytes.removeSubrange(..<head.upperBound)
        guard reply(to: text, on: connection) else { return }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      bytes += buffer[..<count]
    }
  }

  /// Returns whether the connection stays open.
  private func reply(to head: String, on connection: Int32) -> Bool {
    let lines = head.split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    var request = Request(
      method: String(words[0]), target: String(words[1]), headers: [:],
      client: peer(of: connection))
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      request.headers[parts[0].lowercased()] = String(parts[1].dropFirst())
    }
    sight.withLock {
      $0.requests.append(request)
      $0.waiting += 1
      $0.mostWaiting = max($0.mostWaiting, $0.waiting)
    }
    let answer = answer(request)
    if answer.delay > .zero {
      usleep(UInt32(answer.delay / .microseconds(1)))
    }
    // It ends before anybody can know of it, so nobody's next request comes sooner.
    sight.withLock { $0.waiting -= 1 }
    guard !answer.breaksOff else { return false }
    let keeps = request.headers["connection"] != "close"
    let text =
      (["HTTP/1.1 \(answer.status) Said", "Content-Length: 0"] + answer.headers
      + (keeps ? [] : ["Connection: close"])).joined(separator: "\r\n") + "\r\n\r\n"
    let sent = Array(text.utf8).withUnsafeBytes {
      send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    return keeps && sent > 0
  }

  private func peer(of connection: Int32) -> String {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getpeername(connection, $0, &length)
      }
    }
    let bits = UInt32(bigEndian: address.sin_addr.s_addr)
    return [24, 16, 8, 0].map { "\(bits >> $0 & 0xff)" }.joined(separator: ".")
  }

  struct NoPort: Error {}
}

/// A body on its way to a new thread.
private final class Body {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

/// Runs a body in a thread of its own, since blocking calls must not hold the threads of tasks.
private func thread(_ body: @escaping @Sendable () -> Void) {
  var number = pthread_t()
  let context = Unmanaged.passRetained(Body(body)).toOpaque()
  pthread_create(
    &number, nil,
    { context in
      if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
      return nil
    }, context)
  pthread_detach(number)
}
