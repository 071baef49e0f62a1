import Glibc

/// One process, told apart from a later one that got the same number.
public struct ProcessIdentity: Sendable, Hashable, Codable {
  /// The process number.
  public let pid: Int32
  /// When the process started, in clock ticks since the machine did: field 22 of `stat` in
  /// `proc(5)`.
  public let startTicks: UInt64
  /// The machine's run in which that was.
  public let boot: String

  private enum CodingKeys: String, CodingKey {
    case pid
    case startTicks = "start_ticks"
    case boot
  }

  /// The process with this number; nil when there is none, or only its remains.
  public init?(pid: Int32) {
    guard let bytes = try? FileDescriptor.contents(of: "/proc/\(pid)/stat"),
      // The second field, the program's name, may hold blanks and brackets itself.
      let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let ticks = UInt64(fields[19])
    else { return nil }
    self.pid = pid
    startTicks = ticks
    boot = Self.thisBoot
  }

  /// This process.
  public static var current: ProcessIdentity {
    guard let identity = ProcessIdentity(pid: getpid()) else {
      preconditionFailure("/proc is not mounted")
    }
    return identity
  }

  /// Whether the process still runs.
  public var isAlive: Bool { ProcessIdentity(pid: pid) == self }

  private static let thisBoot: String = {
    let bytes = (try? FileDescriptor.contents(of: "/proc/sys/kernel/random/boot_id")) ?? []
    return String(decoding: bytes.filter { $0 > UInt8(ascii: " ") }, as: UTF8.self)
  }()
}
