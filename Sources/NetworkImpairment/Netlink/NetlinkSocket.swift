import CLinux
import Glibc

/// A socket to a part of the kernel, in the namespace of the thread that made it.
final class NetlinkSocket: Sendable {
  /// The number that system calls take.
  let descriptor: Int32

  /// Opens a socket, such as to `NETLINK_NETFILTER`.
  init(_ part: Int32) throws(SystemError) {
    descriptor = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(O_CLOEXEC), part)
    guard descriptor >= 0 else { throw SystemError.last }
  }

  deinit { close(descriptor) }

  /// Sends bytes as one datagram; nothing waits for an answer.
  func send(_ bytes: [UInt8]) throws(SystemError) {
    while true {
      let sent = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
      if sent == bytes.count { return }
      guard errno == EINTR else { throw SystemError.last }
    }
  }

  /// Sends messages of which the last one that asks for it is acknowledged.
  ///
  /// - Throws: the first error that the kernel reports.
  func transact(_ messages: [NetlinkMessage], acknowledgements: Int = 1) throws(SystemError) {
    try send(messages.flatMap(\.bytes))
    var awaited = acknowledgements
    var buffer = [UInt8](repeating: 0, count: 32_768)
    while awaited > 0 {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count < 0 {
        guard errno == EINTR else { throw SystemError.last }
        continue
      }
      for message in ReceivedMessages(buffer[..<count]) where message.type == UInt16(NLMSG_ERROR) {
        let code = message.payload.load(Int32.self)
        guard code == 0 else { throw SystemError(code: -code) }
        awaited -= 1
      }
    }
  }

  /// Sends a request, and returns the messages of its answer.
  func answers(to message: NetlinkMessage) throws(SystemError) -> [ReceivedMessage] {
    try send(message.bytes)
    var messages: [ReceivedMessage] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count < 0 {
        guard errno == EINTR else { throw SystemError.last }
        continue
      }
      for message in ReceivedMessages(buffer[..<count]) {
        if message.type == UInt16(NLMSG_DONE) { return messages }
        if message.type == UInt16(NLMSG_ERROR) {
          let code = message.payload.load(Int32.self)
          guard code == 0 else { throw SystemError(code: -code) }
          return messages
        }
        messages.append(message)
      }
    }
  }
}

/// One message from the kernel.
struct ReceivedMessage {
  let type: UInt16
  /// What follows the header.
  let payload: ArraySlice<UInt8>

  /// The attributes behind a fixed part of so many bytes.
  func attributes(after fixed: Int) -> Attributes { Attributes(payload.dropFirst(fixed)) }
}

/// The messages of one datagram, in order.
struct ReceivedMessages: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> ReceivedMessage? {
    guard rest.count >= 16 else { return nil }
    let length = Int(rest.load(UInt32.self))
    guard length >= 16, length <= rest.count else { return nil }
    let message = ReceivedMessage(
      type: rest.dropFirst(4).load(UInt16.self), payload: rest.prefix(length).dropFirst(16))
    rest = rest.dropFirst((length + 3) & ~3)
    return message
  }
}

/// The attributes of one message, in order.
struct Attributes: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> (kind: UInt16, value: ArraySlice<UInt8>)? {
    guard rest.count >= 4 else { return nil }
    let length = Int(rest.load(UInt16.self))
    guard length >= 4, length <= rest.count else { return nil }
    let kind = rest.dropFirst(2).load(UInt16.self) & 0x3fff
    let value = rest.prefix(length).dropFirst(4)
    rest = rest.dropFirst((length + 3) & ~3)
    return (kind, value)
  }

  /// The first attribute of a kind.
  static func first(
    _ kind: some RawRepresentable<UInt32>, in attributes: Attributes
  ) -> ArraySlice<UInt8>? {
    attributes.first { UInt32($0.kind) == kind.rawValue }?.value
  }
}

extension ArraySlice<UInt8> {
  /// The number at the beginning, in the order of this machine; zero when there are too few bytes.
  func load<Number: FixedWidthInteger>(_: Number.Type) -> Number {
    withUnsafeBytes { bytes in
      bytes.count < MemoryLayout<Number>.size ? 0 : bytes.loadUnaligned(as: Number.self)
    }
  }

  /// The text up to the zero that ends it.
  var text: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}
