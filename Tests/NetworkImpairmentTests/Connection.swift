import Glibc
import NetworkImpairment

/// A TCP connection from one namespace to a listener in another, as far as it came.
struct Connection {
  /// Why there is none; nil when there is.
  private(set) var refusal: Int32?
  private let descriptor: Int32

  /// Connects, and waits half a minute at most.
  init(from source: NetworkNamespace, to address: String, port: UInt16) throws {
    descriptor = try Self.socket(in: source)
    var patience = timeval(tv_sec: 30, tv_usec: 0)
    for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
      setsockopt(
        descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    if Self.withAddress(address, port, { connect(descriptor, $0, $1) }) != 0 { refusal = errno }
  }

  /// Sends a byte and waits for one; returns the error that comes in its place, or nil.
  func exchange() -> Int32? {
    var byte: UInt8 = 0
    // A connection that is gone is an error here, and no signal.
    guard send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL)) == 1 else { return errno }
    return recv(descriptor, &byte, 1, 0) < 0 ? errno : nil
  }

  func close() { Glibc.close(descriptor) }

  /// Listens in a namespace; whoever connects is accepted by the kernel.
  static func listener(in namespace: NetworkNamespace, at address: String, port: UInt16) throws
    -> Int32
  {
    let descriptor = try socket(in: namespace)
    _ = withAddress(address, port) { bind(descriptor, $0, $1) }
    listen(descriptor, 8)
    return descriptor
  }

  private static func socket(in namespace: NetworkNamespace) throws -> Int32 {
    try namespace.inside { () throws(ImpairmentError) in
      Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    }
  }

  private static func withAddress(
    _ text: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, text, &address.sin_addr)
    return withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
