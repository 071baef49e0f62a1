import FoundationEssentials
import Glibc

/// The process that makes competing load in a container's control group.
public struct Burner {
  /// The hidden verb: `chaos burn FOLDER ID RESOURCE AMOUNT GROUP…`.
  public static let verb = "burn"

  /// How often it looks whether it is still wanted, in milliseconds.
  static let glanceMilliseconds: UInt32 = 50
  /// How much longer than the fault it may go on when nobody ends it, in seconds.
  static let graceSeconds = 0.5
  /// The length of a cycle of part-time burning, in microseconds.
  static let cycleMicroseconds = 10_000.0
  /// What keeps the kernel from choosing it first when memory runs out: the fault would be over.
  static let outOfMemoryScore = "-999"
  /// How much a thread writes before it begins anew, in bytes.
  static let writerBytes = 64 << 20
  /// How much it writes before it waits until that is on the disk, in bytes.
  static let writtenAtOnce = 1 << 20

  private let ledger: Ledger
  private let id: String
  private let resource: LoadStart.Resource
  private let amount: Double
  private let groups: [String]

  /// Makes a load from the words of its command line.
  ///
  /// - Throws: a sentence about words that no fault writes.
  public init(
    ledger: Ledger, id: String, resource: String, amount: String, groups: [String]
  ) throws(FaultError) {
    guard let resource = LoadStart.Resource(rawValue: resource), let amount = Double(amount),
      amount > 0, amount < 1e15
    else { throw FaultError(.notUsable, "\(resource) \(amount) is no load; use chaos cpu") }
    self.ledger = ledger
    self.id = id
    self.resource = resource
    self.amount = amount
    self.groups = groups
  }

  /// Makes the load until the fault is over.
  ///
  /// - Parameter reportReady: says so when the process has joined the groups.
  /// - Throws: why there is no load.
  public func run(reportReady: () -> Void) throws(FaultError) {
    guard let entry = try ledger.entry(id) else { return }
    try join()
    // Without the right to do so it is chosen like any other process, and the fault may end early.
    try? Host.local.write(Self.outOfMemoryScore, to: "/proc/self/oom_score_adj")
    armKernelTimer(until: entry.until)
    // What may fail is done before the fault is said to be in force.
    let files = try openFiles(entry)
    reportReady()
    switch resource {
    case .cpu: startBurning()
    case .memory: try fill()
    case .disk: break
    case .writes: startWriting(files)
    }
    watch(entry)
  }

  private func join() throws(FaultError) {
    for group in groups {
      do throws(SystemError) {
        try Host.local.write("0", to: group + "/cgroup.procs")
      } catch {
        let mayNot = [EACCES, EPERM, EROFS].contains(error.code)
        throw FaultError(
          mayNot ? .notPermitted : .failed,
          "the load cannot join the control group \(group) (\(error)); run chaos as root")
      }
    }
  }

  /// Lets the kernel end this process when its time is over, whatever it is doing.
  private func armKernelTimer(until end: Date?) {
    guard let end else { return }
    let seconds = max(0, end.timeIntervalSinceNow) + Self.graceSeconds
    var timer: timer_t?
    var times = itimerspec()
    times.it_value.tv_sec = Int(seconds)
    times.it_value.tv_nsec = Int((seconds - seconds.rounded(.down)) * 1e9)
    // The kernel counts timers from 0, which looks like no pointer at all.
    // Without a word about the event it is SIGALRM, whose default action ends the process.
    guard timer_create(CLOCK_BOOTTIME, nil, &timer) == 0 else { _exit(70) }
    timer_settime(timer, 0, &times, nil)
  }

  /// One thread for each core, the last one for the rest of a core.
  private func startBurning() {
    var rest = amount
    while rest > 0 {
      let share = UnsafeMutablePointer<Double>.allocate(capacity: 1)
      share.initialize(to: min(1, rest))
      var thread = pthread_t()
      pthread_create(&thread, nil, burn, share)
      rest -= 1
    }
  }

  /// Opens the files that the load needs, and takes the room of a disk.
  private func openFiles(_ entry: LedgerEntry) throws(FaultError) -> [Int32] {
    switch resource {
    case .cpu, .memory: return []
    case .disk:
      let file = try openUnnamedFile(entry)
      let code = posix_fallocate(file, 0, Int(amount))
      guard code == 0 else {
        throw FaultError(.failed, "the room cannot be had (\(SystemError(code: code)))")
      }
      return [file]
    case .writes:
      var files: [Int32] = []
      for _ in 0..<Int(amount) { files.append(try openUnnamedFile(entry)) }
      return files
    }
  }

  /// A file under the container's folder, which is gone with this process.
  private func openUnnamedFile(_ entry: LedgerEntry) throws(FaultError) -> Int32 {
    // O_TMPFILE of <fcntl.h>, which Swift's Glibc module does not show.
    let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
    let folder = ContainerDisk.place(
      entry.parameters["path"] ?? "/", ofProcess: entry.target.process?.pid ?? 0)
    let file = open(folder, unnamed | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw FaultError(
        .failed, "no file can be made in \(folder) (\(SystemError(code: errno)))")
    }
    return file
  }

  /// One thread for each file.
  private func startWriting(_ files: [Int32]) {
    for file in files {
      var thread = pthread_t()
      pthread_create(&thread, nil, writeForEver, UnsafeMutableRawPointer(bitPattern: Int(file)))
    }
  }

  /// Takes the memory, and touches every page, so that the kernel counts it.
  private func fill() throws(FaultError) {
    let count = Int(amount)
    let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else {
      throw FaultError(.failed, "\(count) bytes cannot be had (\(SystemError(code: errno)))")
    }
    for offset in stride(from: 0, to: count, by: Int(getpagesize())) {
      memory.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self)
    }
  }

  /// Waits until the container's run is over, or somebody has undone the fault.
  private func watch(_ entry: LedgerEntry) {
    while true {
      usleep(Self.glanceMilliseconds * 1000)
      guard entry.target.process?.isAlive == true else { return }
      if !ledger.holds(id) { return }
      // Nobody knows when a fault without a time ends but those who watch over it.
      if entry.until == nil, !entry.owner.isAlive, (try? ledger.entry(id))??.isGuarded != true {
        return
      }
    }
  }
}

/// Uses a share of a core for ever; the argument is the share.
private func burn(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let share = argument?.load(as: Double.self) ?? 1
  func microseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
  }
  while true {
    let end = microseconds() + Burner.cycleMicroseconds * share
    while microseconds() < end {}
    if share < 1 { usleep(UInt32(Burner.cycleMicroseconds * (1 - share))) }
  }
}

/// Writes to a file for ever, and waits each time until it is on the disk; the argument's address
/// is the file's number.
private func writeForEver(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let file = Int32(truncatingIfNeeded: Int(bitPattern: argument))
  let bytes = [UInt8](repeating: 0x5a, count: Burner.writtenAtOnce)
  var place = 0
  while true {
    guard pwrite(file, bytes, bytes.count, place) > 0, fdatasync(file) == 0 else {
      // A full or failing disk is pressure enough; it may have room again later.
      usleep(10_000)
      continue
    }
    place = (place + bytes.count) % Burner.writerBytes
  }
}
