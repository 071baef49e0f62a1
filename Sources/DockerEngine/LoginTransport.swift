import Glibc

/// HTTP through a login on the engine's machine: one login for each call.
///
/// It is what Docker's own command does: `ssh` runs `docker system dial-stdio`, which passes on
/// what it reads to the engine's socket and back. Nobody is asked for a password. The version of
/// HTTP is 1.0, in which an answer is over when its connection is.
public struct LoginTransport: EngineTransport {
  /// How long the login may take, in seconds.
  static let patienceSeconds = 10.0

  private let destination: String

  /// Makes a transport to `[USER@]HOST[:PORT]`; nobody logs in before the first call.
  public init(to destination: String) {
    self.destination = destination
  }

  /// Logs in, sends one call and waits for the answer.
  public func answer(
    to call: EngineCall, version: APIVersion?
  ) throws(EngineError) -> EngineAnswer {
    let login = try Login(to: destination)
    let length = call.method == "POST" ? "Content-Length: 0\r\n" : ""
    login.say("\(call.line(version: version)) HTTP/1.0\r\nHost: docker\r\n\(length)\r\n")
    let seconds = call.patienceSeconds + Self.patienceSeconds
    guard let bytes = login.listen(seconds: seconds) else {
      throw .noAnswer(call: call.line(version: version), seconds: seconds)
    }
    if let answer = EngineAnswer(http: bytes) { return answer }
    // Who says nothing at all was never connected.
    guard bytes.isEmpty else {
      throw .notUnderstood(call: call.line(version: version), detail: "it is no HTTP")
    }
    throw .unreachable(
      address: "ssh://\(destination)", reason: login.complaint ?? "the login said nothing")
  }

  /// The command line; `ssh` reads the destination as an address of its own scheme.
  static func words(to destination: String) -> [String] {
    [
      "ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=\(Int(patienceSeconds))", "-T", "--",
      "ssh://\(destination)", "docker", "system", "dial-stdio",
    ]
  }
}

/// A process `ssh`, which ends with its last user.
private final class Login {
  private let connection: Int32
  private let complaints: Int32
  private let process: pid_t

  init(to destination: String) throws(EngineError) {
    var ends: [Int32] = [-1, -1]
    var errors: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0, pipe(&errors) == 0 else {
      preconditionFailure("out of file descriptors")
    }
    for end in ends + errors { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer {
      close(ends[1])
      close(errors[1])
    }
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    for (file, number) in [(ends[1], STDIN_FILENO), (ends[1], STDOUT_FILENO), (errors[1], 2)] {
      posix_spawn_file_actions_adddup2(&files, file, number)
    }
    var words = LoginTransport.words(to: destination).map { (word: String) in strdup(word) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, "ssh", &files, nil, &words, environ)
    (connection, complaints) = (ends[0], errors[0])
    self.process = code == 0 ? process : 0
    _ = fcntl(complaints, F_SETFL, O_NONBLOCK)
    guard code == 0 else {
      throw .unreachable(
        address: "ssh://\(destination)",
        reason: "the program ssh cannot be started: \(String(cString: strerror(code)))")
    }
  }

  deinit {
    close(connection)
    close(complaints)
    guard process > 0 else { return }
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
  }

  /// Sends a request; when nobody takes it, there will be no answer.
  func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// All that comes back until the other side ends it; nil when that takes too long.
  func listen(seconds: Double) -> [UInt8]? {
    let end = Self.uptimeSeconds + seconds
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= SocketTransport.longestAnswerBytes {
      let left = end - Self.uptimeSeconds
      var waited = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
      guard left > 0 else { return nil }
      guard poll(&waited, 1, Int32(left * 1000) + 1) > 0 else { continue }
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
    return nil
  }

  /// The last line of what `ssh`, or the program on the other machine, complained about.
  var complaint: String? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(complaints, &bytes, bytes.count)
    guard count > 0 else { return nil }
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.last.map { String($0.filter { !$0.isASCII || $0 >= " " }) }
  }

  private static var uptimeSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension EngineAnswer {
  /// Reads a response of HTTP/1.0, which ends with its connection; nil for anything else.
  package init?(http bytes: [UInt8]) {
    guard
      let end = bytes.indices.dropLast(3).first(where: {
        bytes[$0...].starts(with: [13, 10, 13, 10])
      })
    else { return nil }
    let head = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    let words = head.first?.split(separator: " ") ?? []
    guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
      return nil
    }
    let offered = head.dropFirst().lazy.map { $0.split(separator: ":", maxSplits: 1) }
      .first { $0.count == 2 && $0[0].lowercased() == "api-version" }
    self.init(
      status: status, apiVersion: offered.map { String($0[1].filter { !$0.isWhitespace }) },
      body: Array(bytes[(end + 4)...]))
  }
}
