import Glibc

/// The way to a process that undoes a fault if this one cannot.
///
/// It is a seam: a test posts no process.
public protocol GuardianPost {
  /// Starts a guardian over an entry, and waits until it says that it stands ready.
  ///
  /// - Throws: a sentence when it does not; then no guardian is left behind.
  func post(over entry: LedgerEntry, in ledger: Ledger) throws(FaultError) -> ProcessIdentity
}

/// A guardian that is this same program, in a session of its own, started with a hidden verb.
public struct SpawnedGuardian: GuardianPost, Sendable {
  /// The hidden verb: `chaos guard FOLDER ID`.
  public static let verb = "guard"
  /// The file number at which the guardian says that it is ready.
  public static let readinessDescriptor: Int32 = 3
  /// How long the guardian may take to be ready, in milliseconds.
  static let readinessPatienceMilliseconds: Int32 = 10_000

  /// `POSIX_SPAWN_SETSID` of `<spawn.h>`, which Swift's Glibc module does not show.
  private static let setsid: Int16 = 0x80

  /// Makes a post.
  public init() {}

  /// Starts this program again, in a session of its own, and waits for its word.
  public func post(
    over entry: LedgerEntry, in ledger: Ledger
  ) throws(FaultError) -> ProcessIdentity {
    var ends: [Int32] = [-1, -1]
    // The writing end is left open in the guardian alone, so that its death is seen as an end.
    guard pipe(&ends) == 0 else { throw Self.failure(SystemError(code: errno)) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let reading = FileDescriptor(taking: ends[0])
    let pid: pid_t
    do {
      let writing = FileDescriptor(taking: ends[1])
      pid = try spawn(
        ["chaos", Self.verb, ledger.folder, entry.id], readiness: writing.number,
        log: ledger.guardianLogPath)
    }
    guard isReady(reading), let identity = ProcessIdentity(pid: pid) else {
      // This child was never waited for, so its number cannot have passed to another process.
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
      throw FaultError(
        .failed,
        "the guardian did not start, so nothing was changed;"
          + " \(ledger.guardianLogPath) may say why")
    }
    return identity
  }

  private func spawn(
    _ words: [String], readiness: Int32, log: String
  ) throws(FaultError) -> pid_t {
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
    // Its own session: neither the terminal's Ctrl-C nor its end reaches the guardian.
    posix_spawnattr_setflags(&attributes, Self.setsid)

    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    var pid: pid_t = 0
    // The link leads to this very program even when its file was replaced meanwhile.
    let code = posix_spawn(&pid, "/proc/self/exe", &files, &attributes, arguments, environ)
    guard code == 0 else { throw Self.failure(SystemError(code: code)) }
    return pid
  }

  /// Whether the guardian's one byte arrives before its end, and in time.
  private func isReady(_ pipe: borrowing FileDescriptor) -> Bool {
    var waited = pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0)
    var result: Int32
    repeat {
      result = poll(&waited, 1, Self.readinessPatienceMilliseconds)
    } while result < 0 && errno == EINTR
    var byte: UInt8 = 0
    return result == 1 && read(pipe.number, &byte, 1) == 1
  }

  private static func failure(_ error: SystemError) -> FaultError {
    FaultError(.failed, "the guardian could not be started (\(error)), so nothing was changed")
  }
}
