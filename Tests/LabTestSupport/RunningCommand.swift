import Glibc

/// A command that was started; exactly one call of `end` must follow.
///
/// Its streams go to files without a name, so that it never waits for a reader.
public final class RunningCommand: Sendable {
  /// How long a command may take that takes a second on an idle machine: long enough for one that
  /// is busy, short enough for somebody who waits for a command that hangs.
  public static let patience: Duration = .seconds(300)

  /// The number of the process.
  public let pid: pid_t
  private let output: Int32
  private let errors: Int32

  /// Starts an executable, with the signals as a shell would hand them on.
  public init(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    outputTo path: String? = nil
  ) throws {
    errors = try Self.namelessFile()
    if let path {
      output = open(path, O_WRONLY | O_CLOEXEC)
      guard output >= 0 else { throw SystemFailure(call: "open \(path)", reason: errno) }
    } else {
      output = try Self.namelessFile()
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var usual = sigset_t()
    sigemptyset(&usual)
    posix_spawnattr_setsigmask(&attributes, &usual)
    for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&usual, number) }
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var inherited = Self.environment
    inherited.merge(environment) { _, new in new }
    var words = ([executable] + arguments).map { strdup($0) } + [nil]
    var variables = inherited.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var started: pid_t = 0
    let failure = ProcessStarts.start {
      posix_spawn(&started, executable, &actions, &attributes, &words, &variables)
    }
    guard failure == 0 else { throw SystemFailure(call: "start \(executable)", reason: failure) }
    pid = started
  }

  deinit {
    close(output)
    close(errors)
  }

  /// Sends a signal to the process, which must not have been waited for.
  public func send(_ signal: Int32) { kill(pid, signal) }

  /// Whether it does something of its own when this signal arrives, by what the kernel says.
  ///
  /// Also true of a process that has ended, so that nobody waits for one.
  public func catches(_ signal: Int32) -> Bool {
    let file = open("/proc/\(pid)/status", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return true }
    defer { close(file) }
    let lines = Self.text(of: file).split(separator: "\n")
    guard !lines.contains(where: { $0.hasPrefix("State:") && $0.contains("Z") }),
      let caught = lines.first(where: { $0.hasPrefix("SigCgt:") }),
      let mask = UInt64(caught.split(separator: "\t").last ?? "", radix: 16)
    else { return true }
    return mask >> UInt64(signal - 1) & 1 == 1
  }

  /// What it has written to standard output so far.
  public var outputSoFar: String { Self.text(of: output) }

  /// What it has written to standard error so far.
  public var errorsSoFar: String { Self.text(of: errors) }

  /// Waits for the end; kills the process and throws when that takes too long.
  public func end(within timeout: Duration = RunningCommand.patience) async throws -> CommandRun {
    let deadline = ContinuousClock.now + timeout
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      do {
        guard ContinuousClock.now < deadline else { throw TimedOut(errors: errorsSoFar) }
        try await Task.sleep(for: .milliseconds(2))
      } catch {
        kill(pid, SIGKILL)
        waitpid(pid, &status, 0)
        throw error
      }
    }
    // The layout of a wait status: the low seven bits are the signal, the next byte is the status.
    let signal = status & 0x7F
    return CommandRun(
      ending: signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal),
      output: outputSoFar, errors: errorsSoFar)
  }

  // MARK: Files and environment

  private static func namelessFile() throws -> Int32 {
    var path = Array("/tmp/lab-stream-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw SystemFailure(call: "mkstemp", reason: errno) }
    unlink(path)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  private static func text(of descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }

  private static var environment: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let pointer = entry.pointee {
      let parts = String(cString: pointer).split(separator: "=", maxSplits: 1)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }

  /// A command that did not end in time, with what it had said.
  struct TimedOut: Error {
    var errors: String
  }

  /// A system call that failed.
  struct SystemFailure: Error, CustomStringConvertible {
    var call: String
    var reason: Int32
    var description: String { "\(call): \(String(cString: strerror(reason)))" }
  }
}
