import Glibc
import Synchronization

/// A process that is this same program, in a session of its own, started with a hidden verb.
///
/// It goes on when this process and its terminal are gone, and says when it is ready. What it reads
/// ends with the process that started it, so that it can tell whether that one is alive.
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
    let called = try call()
    try called.awaitWord()
    return called.identity
  }

  /// Starts it, and does not wait: it takes as long to start as an engine to answer.
  func call() throws(FaultError) -> CalledCompanion {
    // No other companion inherits the ends of these pipes: a death must be seen as their end.
    try Self.turn.withLock { _ throws(FaultError) in
      let word = try Pipe(of: self)
      let life = try Pipe(of: self)
      let pid = try spawn(reading: life.exit.number, readiness: word.entrance.number)
      guard let identity = ProcessIdentity(pid: pid) else {
        throw FaultError(.failed, "\(title) ended at once, and \(log) may say why")
      }
      return CalledCompanion(self, identity, word: word.takeExit(), life: life.takeEntrance())
    }
  }

  /// Whose turn it is to start one.
  private static let turn = Mutex(())

  /// Waits, in a companion, until its starter says that the work has begun, or is gone.
  ///
  /// - Returns: whether the starter has said so.
  static func awaitBeginning() -> Bool {
    var byte: UInt8 = 0
    var count: Int
    repeat { count = read(STDIN_FILENO, &byte, 1) } while count < 0 && errno == EINTR
    return count == 1
  }

  /// Says that this process, a companion, is ready, and lets go of every file that it inherited.
  static func reportReady() {
    var byte = UInt8(ascii: "!")
    _ = write(readinessDescriptor, &byte, 1)
    // A pipe that somebody else waits on must not stay open because of a companion.
    for number in readinessDescriptor..<256 { close(number) }
    _ = chdir("/")
  }

  private func spawn(reading: Int32, readiness: Int32) throws(FaultError) -> pid_t {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_adddup2(&files, reading, STDIN_FILENO)
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

  fileprivate func failure(_ error: SystemError) -> FaultError {
    FaultError(.failed, "\(title) could not be started (\(error))")
  }
}

/// A companion that was started, and may not be ready yet.
///
/// Whoever lets go of it before its work has begun dismisses it.
final class CalledCompanion {
  /// Which process it is.
  let identity: ProcessIdentity
  private let companion: Companion
  private let word: FileDescriptor
  private let life: FileDescriptor

  fileprivate init(
    _ companion: Companion, _ identity: ProcessIdentity, word: consuming FileDescriptor,
    life: consuming FileDescriptor
  ) {
    self.companion = companion
    self.identity = identity
    self.word = word
    self.life = life
  }

  /// Waits for its word.
  ///
  /// - Throws: a sentence when it does not become ready; then it is gone.
  func awaitWord() throws(FaultError) {
    guard isReady else {
      // This child was never waited for, so its number cannot have passed to another process.
      kill(identity.pid, SIGKILL)
      waitpid(identity.pid, nil, 0)
      throw FaultError(
        .failed, "\(companion.title) did not start, and \(companion.log) may say why")
    }
  }

  /// Tells it that the work has begun.
  func begin() {
    var byte = UInt8(ascii: "!")
    // When nobody listens any more, whoever looks at its process learns it.
    _ = write(life.number, &byte, 1)
  }

  /// Whether its one byte arrives before its end, and in time.
  private var isReady: Bool {
    var waited = pollfd(fd: word.number, events: Int16(POLLIN), revents: 0)
    var result: Int32
    repeat {
      result = poll(&waited, 1, Companion.readinessPatienceMilliseconds)
    } while result < 0 && errno == EINTR
    var byte: UInt8 = 0
    return result == 1 && read(word.number, &byte, 1) == 1
  }
}

/// A pipe to or from a companion, whose ends are closed in all other programs that are started.
private struct Pipe: ~Copyable {
  /// Where is read.
  let exit: FileDescriptor
  /// Where is written.
  let entrance: FileDescriptor

  init(of companion: Companion) throws(FaultError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw companion.failure(SystemError(code: errno)) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    exit = FileDescriptor(taking: ends[0])
    entrance = FileDescriptor(taking: ends[1])
  }

  consuming func takeExit() -> FileDescriptor { exit }

  consuming func takeEntrance() -> FileDescriptor { entrance }
}
