import FoundationEssentials
import Glibc

/// A place where packets of a container can be seen.
public struct CapturePoint: Sendable, Hashable {
  /// The file that stands for the network namespace; nil for our own.
  public let namespace: String?
  /// The interfaces by name; empty for all but the loopback.
  public let interfaces: [String]

  /// Makes a place of its parts.
  public init(namespace: String?, interfaces: [String] = []) {
    self.namespace = namespace
    self.interfaces = interfaces
  }

  /// The place inside the network of a process.
  public static func inside(process pid: Int32, interfaces: [String] = []) -> CapturePoint {
    CapturePoint(namespace: "/proc/\(pid)/ns/net", interfaces: interfaces)
  }

  /// The other ends of a process's virtual cables, in our own network.
  ///
  /// The kernel tells the number of the other end in the process's own view of its interfaces.
  ///
  /// - Throws: one sentence when no other end can be found.
  public static func outside(process pid: Int32) throws(CaptureError) -> CapturePoint {
    let folder = "/proc/\(pid)/root/sys/class/net"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var peers: [String] = []
    for name in names.sorted() where name != "lo" {
      let own = number(in: "\(folder)/\(name)/ifindex")
      guard let other = number(in: "\(folder)/\(name)/iflink"), other != own else { continue }
      var buffer = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
      guard if_indextoname(other, &buffer) != nil else { continue }
      peers.append(
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    guard !peers.isEmpty else {
      throw CaptureError(
        .notUsable,
        "the other end of the container's network is not on this machine, or its /sys"
          + " hides it; capture one end")
    }
    return CapturePoint(namespace: nil, interfaces: peers)
  }

  private static func number(in path: String) -> UInt32? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return UInt32(text.filter(\.isNumber))
  }
}
