import Glibc

/// A process that is this same program, in a session of its own, started with a hidden verb.
///
/// It goes on when this process and its terminal are gone, and says when it is ready.
struct Companion {
  /// The file number at which it says that it is ready.
  static let readinessDescriptor: Int32 = 3
  /// How long it may take to be ready, in milliseconds.
  static let readinessPatienceMilliseconds: Int32 = 10_000

  /// `POSIX_SPAWN_SETSID` of `<spawn.h>`, which Swift's Glibc module does not show.
  private static let setsid: Int16 = 0x80

  /// The words of its command line, the program's name first.
  let words: [String]
  /// The file that takes what it says.
  let log: String
  /// What it is to people, such as `the guardian`.
  let title: String

  /// Starts it, and waits for its word.
  ///
  /// - Throws: a sentence when it does not become ready; then it is gone.
  func start() throws(FaultError) -> ProcessIdentity {
    var ends: [Int32] = [-1, -1]
    // The writing end is left open in the companion alone, so that its death is seen as an end.
    guard pipe(&ends) == 0 else { throw failure(SystemError(code: errno)) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let reading = FileDescriptor(taking: ends[0])
    let pid: pid_t
    do {
      let writing = FileDescriptor(taking: ends[1])
      pid = try spawn(readiness: writing.number)
    }
    guard isReady(reading), let identity = ProcessIdentity(pid: pid) else {
      // This child was never waited for, so its number cannot have passed to another process.
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
      throw FaultError(.failed, "\(title) did not start, and \(log) may say why")
    }
    return identity
  }

  /// Says that this process, a companion, is ready, and lets go of every file that it inherited.
  static func reportReady() {
    var byte = UInt8(ascii: "!")
    _ = write(readinessDescriptor, &byte, 1)
    // A pipe that somebody else waits on must not stay open because of a companion.
    for number in readinessDescriptor..<256 { close(number) }
    _ = chdir("/")
  }

  private func spawn(readiness: Int32) throws(FaultError) -> pid_t {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&files, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&files, readiness, Self.readinessDescriptor)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Its own session: neither the terminal's Ctrl-C nor its end reaches the companion.
    posix_spawnattr_setflags(&attributes, Self.setsid)

    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    var pid: pid_t = 0
    // The link leads to this very program even when its file was replaced meanwhile.
    let code = posix_spawn(&pid, "/proc/self/exe", &files, &attributes, arguments, environ)
    guard code == 0 else { throw failure(SystemError(code: code)) }
    return pid
  }

  /// Whether its one byte arrives before its end, and in time.
  private func isReady(_ pipe: borrowing FileDescriptor) -> Bool {
    var waited = pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0)
    var result: Int32
    repeat {
      result = poll(&waited, 1, Self.readinessPatienceMilliseconds)
    } while result < 0 && errno == EINTR
    var byte: UInt8 = 0
    return result == 1 && read(pipe.number, &byte, 1) == 1
  }

  private func failure(_ error: SystemError) -> FaultError {
    FaultError(.failed, "\(title) could not be started (\(error))")
  }
}
