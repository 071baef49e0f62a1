import CLinux
import ExperimentModel
import Glibc

/// The server inside a namespace to which the packet filter leads those who get a false answer.
///
/// It stays until the fault's table is gone. When it dies, whoever is led there is refused, until
/// the lease of the fault is over: it is a short one.
public final class AnsweringServer {
  /// How many connections may be open at once; more wait in the kernel.
  static let mostConnections = 1024
  /// The longest question, in bytes.
  static let longestQuestion = 65_536
  /// How long somebody may take to ask, and to end the connection after the answer.
  static let patience: UInt64 = 5_000_000_000

  /// One connection, until it is closed.
  private struct Conversation {
    var received: [UInt8] = []
    var isAnswered = false
    var deadline: UInt64
  }

  private let fault: PacketFault
  private let answer: FalseAnswer
  private let filter: FilterSocket
  private let doors: [Door]
  private var conversations: [Int32: Conversation] = [:]

  /// Opens the doors of a server inside a namespace; nobody is led to them yet.
  public init(
    _ answer: FalseAnswer, of fault: PacketFault, in namespace: NetworkNamespace
  ) throws(ImpairmentError) {
    self.fault = fault
    self.answer = answer
    filter = try FilterSocket(in: namespace)
    let port = Self.port(of: fault.id)
    doors = try namespace.inside { () throws(ImpairmentError) in
      try Door.all(for: answer, port: port)
    }
  }

  deinit {
    for door in doors { close(door.descriptor) }
    for connection in conversations.keys { close(connection) }
  }

  /// The port of a fault's server: above those that the kernel hands out by itself.
  static func port(of id: String) -> UInt16 { 61_000 + PacketHolder.queueNumber(of: id) % 4_500 }

  /// Answers until the fault's table is gone.
  ///
  /// - Parameter atEachGlance: what else is done now and then, by a clock in nanoseconds.
  public func serve(atEachGlance: (UInt64) -> Void = { _ in }) throws(ImpairmentError) {
    var nextGlance: UInt64 = 0
    while true {
      let now = PacketHolder.now
      if now >= nextGlance {
        // A namespace that does not answer is looked at again later.
        if let tables = try? filter.tables(), !tables.contains(FilterTable.name(of: fault.id)) {
          return
        }
        atEachGlance(now)
        closeOverdue(now)
        nextGlance = now + PacketHolder.glance
      }
      attend(milliseconds: Int32((nextGlance - now) / 1_000_000) + 1)
    }
  }

  /// Waits for somebody to come or to say something, and answers.
  private func attend(milliseconds: Int32) {
    var waited = conversations.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let open = conversations.count < Self.mostConnections ? doors : []
    waited += open.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    guard poll(&waited, nfds_t(waited.count), milliseconds) > 0 else { return }
    for (index, item) in waited.enumerated() where item.revents != 0 {
      if index < waited.count - open.count {
        listen(to: item.fd)
      } else {
        let door = open[index - (waited.count - open.count)]
        door.isStream ? admit(at: door.descriptor) : reply(at: door.descriptor)
      }
    }
  }

  private func admit(at door: Int32) {
    let connection = accept(door, nil, nil)
    guard connection >= 0 else { return }
    _ = fcntl(connection, F_SETFL, O_NONBLOCK)
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    conversations[connection] = Conversation(deadline: PacketHolder.now + Self.patience)
  }

  /// Answers one datagram.
  private func reply(at door: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var sender = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    withUnsafeMutableBytes(of: &sender) { bytes in
      guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return }
      let count = recvfrom(door, &buffer, buffer.count, 0, address, &length)
      guard count > 0, case .names(let failure) = answer,
        let reply = failure.reply(to: Array(buffer[..<count]))
      else { return }
      sendto(door, reply, reply.count, 0, address, length)
    }
  }

  /// Takes what somebody says, and answers when it is a whole question.
  private func listen(to connection: Int32) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let count = read(connection, &buffer, buffer.count)
    guard count > 0, var conversation = conversations[connection] else {
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      return end(connection)
    }
    // After the answer the rest is read and forgotten: an end before it would reset the connection,
    // and the answer with it.
    guard !conversation.isAnswered else { return }
    conversation.received += buffer[..<count]
    if let reply = answer.reply(toStream: conversation.received) {
      _ = send(connection, reply, reply.count, Int32(MSG_NOSIGNAL))
      shutdown(connection, Int32(SHUT_WR))
      conversation.isAnswered = true
      conversation.received = []
    } else if conversation.received.count > Self.longestQuestion {
      return end(connection)
    }
    conversations[connection] = conversation
  }

  private func closeOverdue(_ now: UInt64) {
    for (connection, conversation) in conversations where conversation.deadline < now {
      end(connection)
    }
  }

  private func end(_ connection: Int32) {
    conversations[connection] = nil
    close(connection)
  }
}

/// A socket at which a server is found.
private struct Door: Sendable {
  let descriptor: Int32
  /// Whether it takes connections, not datagrams.
  let isStream: Bool

  /// The doors for an answer, inside the namespace of this thread.
  ///
  /// Connections from outside come by an address of the namespace, its own questions to itself.
  static func all(for answer: FalseAnswer, port: UInt16) throws(ImpairmentError) -> [Door] {
    switch answer {
    case .http:
      return try [door(AF_INET, isStream: true, port, isOwn: false)]
        + optional { () throws(ImpairmentError) in
          try door(AF_INET6, isStream: true, port, isOwn: false)
        }
    case .names:
      var doors: [Door] = []
      for isStream in [false, true] {
        doors.append(try door(AF_INET, isStream: isStream, port, isOwn: true))
        doors += optional { () throws(ImpairmentError) in
          try door(AF_INET6, isStream: isStream, port, isOwn: true)
        }
      }
      return doors
    }
  }

  /// Many namespaces have no IPv6; then nobody comes that way either.
  private static func optional(_ make: () throws(ImpairmentError) -> Door) -> [Door] {
    (try? make()).map { [$0] } ?? []
  }

  private static func door(
    _ family: Int32, isStream: Bool, _ port: UInt16, isOwn: Bool
  ) throws(ImpairmentError) -> Door {
    let type = (isStream ? SOCK_STREAM : SOCK_DGRAM).rawValue
    let descriptor = socket(
      family, Int32(type | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ImpairmentError(SystemError.last, "making a socket") }
    var yes: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    if family == AF_INET6 {
      setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size)
    }
    let isBound =
      family == AF_INET
      ? bindFour(descriptor, port, isOwn: isOwn) : bindSix(descriptor, port, isOwn: isOwn)
    guard isBound, !isStream || listen(descriptor, 1024) == 0 else {
      let error = SystemError.last
      close(descriptor)
      throw ImpairmentError(error, "taking the port \(port) inside the namespace")
    }
    return Door(descriptor: descriptor, isStream: isStream)
  }

  private static func bindFour(_ descriptor: Int32, _ port: UInt16, isOwn: Bool) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = isOwn ? UInt32(0x7f00_0001).bigEndian : 0
    return withUnsafeBytes(of: &address) { take(descriptor, $0) }
  }

  private static func bindSix(_ descriptor: Int32, _ port: UInt16, isOwn: Bool) -> Bool {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_addr = isOwn ? in6addr_loopback : in6addr_any
    return withUnsafeBytes(of: &address) { take(descriptor, $0) }
  }

  private static func take(_ descriptor: Int32, _ address: UnsafeRawBufferPointer) -> Bool {
    guard let start = address.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
      return false
    }
    return bind(descriptor, start, socklen_t(address.count)) == 0
  }
}
