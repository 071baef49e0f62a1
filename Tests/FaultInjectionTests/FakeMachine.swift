import FaultInjection
import FoundationEssentials
import Glibc
import LabTestSupport

/// A machine in a folder: the files of the kernel that faults read and write.
///
/// A container's first process is the process of the tests.
final class FakeMachine: Sendable {
  /// Which control groups it has.
  enum Groups: Sendable, CaseIterable { case one, two }

  static let container = "c0ffee00web"
  private let folder: TemporaryFolder
  private let groups: Groups
  /// The words of the processes that were started.
  let host: Host
  private let started: Log

  /// What was started, by whichever process of the tests.
  final class Log: @unchecked Sendable {
    private var lock = pthread_mutex_t()
    private var words: [[String]] = []
    private var other: ProcessIdentity?

    init() { pthread_mutex_init(&lock, nil) }

    var all: [[String]] {
      pthread_mutex_lock(&lock)
      defer { pthread_mutex_unlock(&lock) }
      return words
    }

    /// The process that stands in for those that are started; that of the tests when nil.
    var replacement: ProcessIdentity? {
      get {
        pthread_mutex_lock(&lock)
        defer { pthread_mutex_unlock(&lock) }
        return other
      }
      set {
        pthread_mutex_lock(&lock)
        defer { pthread_mutex_unlock(&lock) }
        other = newValue
      }
    }

    func append(_ line: [String]) {
      pthread_mutex_lock(&lock)
      defer { pthread_mutex_unlock(&lock) }
      words.append(line)
    }
  }

  init(_ groups: Groups) throws {
    self.groups = groups
    let folder = try TemporaryFolder()
    let log = Log()
    self.folder = folder
    started = log
    host = Host(root: folder.path) { (words, _) throws(FaultError) in
      log.append(words)
      return log.replacement ?? .current
    }
    try layOut()
  }

  /// The process that stands in for those that are started; that of the tests when nil.
  var replacement: ProcessIdentity? {
    get { started.replacement }
    set { started.replacement = newValue }
  }

  /// The command lines of the processes that were started.
  var commands: [[String]] { started.all }

  private func layOut() throws {
    let id = Self.container
    switch groups {
    case .one:
      try put(
        """
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        """, at: "/proc/self/mountinfo")
      try put(
        "2:cpu,cpuacct:/docker/\(id)\n1:memory:/docker/\(id)\n0::/\n",
        at: "/proc/\(getpid())/cgroup")
      try put("100000\n", at: cpu("cpu.cfs_period_us"))
      try put("-1\n", at: cpu("cpu.cfs_quota_us"))
      try put("", at: cpu("cgroup.procs"))
      try put("", at: memory("cgroup.procs"))
      try put("9223372036854771712\n", at: memory("memory.limit_in_bytes"))
      try put("9223372036854771712\n", at: memory("memory.memsw.limit_in_bytes"))
    case .two:
      try put(
        "30 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n",
        at: "/proc/self/mountinfo")
      // Podman puts the processes one level below the limits.
      try put(
        "0::/machine.slice/libpod-\(id).scope/container\n", at: "/proc/\(getpid())/cgroup")
      try put("cpu memory pids\n", at: cpu("cgroup.controllers"))
      try put("max 100000\n", at: cpu("cpu.max"))
      try put("max\n", at: memory("memory.max"))
      try put("", at: cpu("container/cgroup.procs"))
    }
  }

  private func cpu(_ file: String) -> String {
    switch groups {
    case .one: "/sys/fs/cgroup/cpu/docker/\(Self.container)/\(file)"
    case .two: "/sys/fs/cgroup/machine.slice/libpod-\(Self.container).scope/\(file)"
    }
  }

  private func memory(_ file: String) -> String {
    switch groups {
    case .one: "/sys/fs/cgroup/memory/docker/\(Self.container)/\(file)"
    case .two: cpu(file)
    }
  }

  /// The limit of CPU time as the kernel says it.
  var cpuLimit: String {
    get throws { try text(at: cpu(groups == .one ? "cpu.cfs_quota_us" : "cpu.max")) }
  }

  /// The limit of memory as the kernel says it.
  var memoryLimit: String {
    get throws { try text(at: memory(groups == .one ? "memory.limit_in_bytes" : "memory.max")) }
  }

  /// Changes the limit of CPU time, as somebody else does.
  func setCPULimit(_ text: String) throws {
    try put(text, at: cpu(groups == .one ? "cpu.cfs_quota_us" : "cpu.max"))
  }

  private func text(at path: String) throws -> String {
    let data = try Data(contentsOf: URL(filePath: folder.path + path))
    return String(decoding: data, as: UTF8.self).filter { $0 != "\n" }
  }

  private func put(_ text: String, at path: String) throws {
    let url = URL(filePath: folder.path + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
}
