import CLinux
import Glibc

/// The way for copies of packets into a namespace: raw sockets whose packets carry a mark.
///
/// A copy of what arrived goes to an address of the namespace itself, and so comes in through `lo`.
struct PacketReinjection {
  private let sockets: [Int32]

  /// Opens the sockets; the rules of the fault leave packets with this mark alone.
  init(in namespace: NetworkNamespace, mark: UInt32) throws(ImpairmentError) {
    sockets = try namespace.inside { () throws(ImpairmentError) in
      var opened: [Int32] = []
      for family in [AF_INET, AF_INET6] {
        let kind = Int32(SOCK_RAW.rawValue) | Int32(O_CLOEXEC)
        // IPPROTO_RAW: the packets bring their own headers.
        let descriptor = socket(family, kind, 255)
        guard descriptor >= 0 else {
          // A kernel without IPv6 has no packets of it either.
          if family == AF_INET6 { break }
          throw ImpairmentError(SystemError.last, "opening a raw socket")
        }
        opened.append(descriptor)
        var mark = mark
        setsockopt(
          descriptor, SOL_SOCKET, SO_MARK, &mark, socklen_t(MemoryLayout<UInt32>.size))
      }
      return opened
    }
  }

  /// Closes the sockets.
  func close() {
    for descriptor in sockets { Glibc.close(descriptor) }
  }

  /// Sends a packet that begins with its IP header; one that cannot be sent is lost, as on a wire.
  func send(_ packet: [UInt8]) {
    guard let first = packet.first else { return }
    if first >> 4 == 4, packet.count >= 20 {
      var to = sockaddr_in()
      to.sin_family = sa_family_t(AF_INET)
      withUnsafeMutableBytes(of: &to.sin_addr) { $0.copyBytes(from: packet[16..<20]) }
      send(packet, sockets[0], &to, MemoryLayout<sockaddr_in>.size)
    } else if first >> 4 == 6, packet.count >= 40, sockets.count > 1 {
      var to = sockaddr_in6()
      to.sin6_family = sa_family_t(AF_INET6)
      withUnsafeMutableBytes(of: &to.sin6_addr) { $0.copyBytes(from: packet[24..<40]) }
      send(packet, sockets[1], &to, MemoryLayout<sockaddr_in6>.size)
    }
  }

  private func send(
    _ packet: [UInt8], _ descriptor: Int32, _ address: UnsafeRawPointer, _ length: Int
  ) {
    let bound = address.assumingMemoryBound(to: sockaddr.self)
    _ = packet.withUnsafeBytes {
      sendto(
        descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT), bound, socklen_t(length))
    }
  }
}
