import CLinux
import Glibc

/// The kernel's traffic control in one namespace, by rtnetlink.
struct TrafficControl {
  /// A device that sends packets.
  struct Device {
    let index: Int32
    let name: String
  }

  /// A qdisc of a device.
  struct Qdisc {
    let device: Int32
    let handle: UInt32
    let parent: UInt32
    let kind: String
    /// Whether it is a `netem` that duplicates packets.
    let isDuplicating: Bool
  }

  /// `TC_H_ROOT`.
  static let rootParent: UInt32 = 0xffff_ffff
  /// `IFF_LOOPBACK` of `<net/if.h>`.
  private static let loopback: UInt32 = 8
  /// `ETH_P_ALL` of `<linux/if_ether.h>`.
  private static let allProtocols: UInt16 = 3

  private let socket: NetlinkSocket

  /// Opens a socket inside a namespace.
  init(in namespace: NetworkNamespace) throws(ImpairmentError) {
    socket = try namespace.inside { () throws(ImpairmentError) in
      do throws(SystemError) {
        return try NetlinkSocket(NETLINK_ROUTE)
      } catch {
        throw ImpairmentError(error, "opening a socket to the traffic control")
      }
    }
  }

  /// The devices but `lo`.
  func devices() throws(ImpairmentError) -> [Device] {
    var request = NetlinkMessage(type: UInt16(RTM_GETLINK), flags: NLM_F_DUMP)
    // struct ifinfomsg, all of it zero.
    request.append(bytes: [UInt8](repeating: 0, count: 16))
    return try answers(to: request).compactMap { message in
      let flags = message.payload.dropFirst(8).load(UInt32.self)
      guard flags & Self.loopback == 0,
        let name = message.attributes(after: 16).first(where: { $0.kind == UInt16(IFLA_IFNAME) })
      else { return nil }
      return Device(index: message.payload.dropFirst(4).load(Int32.self), name: name.value.text)
    }
  }

  /// All qdiscs.
  func qdiscs() throws(ImpairmentError) -> [Qdisc] {
    var request = NetlinkMessage(type: UInt16(RTM_GETQDISC), flags: NLM_F_DUMP)
    request.append(place: 0, handle: 0, parent: 0, info: 0)
    return try answers(to: request).map { message in
      let attributes = message.attributes(after: 20)
      let kind = attributes.first { $0.kind == UInt16(TCA_KIND) }?.value.text ?? ""
      let options = attributes.first { $0.kind == UInt16(TCA_OPTIONS) }?.value ?? []
      return Qdisc(
        device: message.payload.dropFirst(4).load(Int32.self),
        handle: message.payload.dropFirst(8).load(UInt32.self),
        parent: message.payload.dropFirst(12).load(UInt32.self), kind: kind,
        // The fifth number of struct tc_netem_qopt.
        isDuplicating: kind == "netem" && options.dropFirst(16).load(UInt32.self) > 0)
    }
  }

  /// Adds a `prio` of two bands, of which the first one takes every packet that no filter finds.
  func addBands(
    _ handle: UInt32, below parent: UInt32, of device: Device
  ) throws(ImpairmentError) {
    var message = NetlinkMessage(type: UInt16(RTM_NEWQDISC), flags: Self.create)
    message.append(place: device.index, handle: handle, parent: parent, info: 0)
    message.attribute(number: UInt16(TCA_KIND), bytes: Array("prio".utf8) + [0])
    // struct tc_prio_qopt: the number of bands, and the band of each of 16 priorities.
    let bands = withUnsafeBytes(of: Int32(2)) { Array($0) }
    message.attribute(
      number: UInt16(TCA_OPTIONS), bytes: bands + [UInt8](repeating: 0, count: 16))
    try transact(message, "adding a qdisc to \(device.name)")
  }

  /// Adds a `netem`.
  func addEmulator(
    _ handle: UInt32, below parent: UInt32, of device: Device, _ options: NetemOptions
  ) throws(ImpairmentError) {
    var message = NetlinkMessage(type: UInt16(RTM_NEWQDISC), flags: Self.create)
    message.append(place: device.index, handle: handle, parent: parent, info: 0)
    message.attribute(number: UInt16(TCA_KIND), bytes: Array("netem".utf8) + [0])
    message.attribute(
      number: UInt16(TCA_OPTIONS), bytes: message.content { options.write(to: &$0) })
    try transact(message, "adding netem to \(device.name)")
  }

  /// Adds a filter that leads packets with a mark, whatever else is marked on them, to a class.
  func addFilter(
    mark: UInt32, from parent: UInt32, to place: UInt32, of device: Device
  ) throws(ImpairmentError) {
    // A filter that an earlier fault left at this place serves this one as well.
    var message = NetlinkMessage(
      type: UInt16(RTM_NEWTFILTER), flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE)
    message.append(
      place: device.index, handle: mark, parent: parent,
      info: 1 << 16 | UInt32(Self.allProtocols.bigEndian))
    message.attribute(number: UInt16(TCA_KIND), bytes: Array("fw".utf8) + [0])
    let options = message.content {
      $0.attribute(number: UInt16(TCA_FW_CLASSID), bytes: withUnsafeBytes(of: place, Array.init))
      $0.attribute(number: UInt16(TCA_FW_MASK), bytes: withUnsafeBytes(of: mark, Array.init))
    }
    message.attribute(number: UInt16(TCA_OPTIONS), bytes: options)
    try transact(message, "adding a filter to \(device.name)")
  }

  private static let create = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL

  /// Removes a qdisc with all below it; that of the kernel itself takes its place.
  func remove(
    _ handle: UInt32, below parent: UInt32, of device: Device
  ) throws(ImpairmentError) {
    var message = NetlinkMessage(type: UInt16(RTM_DELQDISC), flags: NLM_F_ACK)
    message.append(place: device.index, handle: handle, parent: parent, info: 0)
    do throws(SystemError) {
      try socket.transact([message])
    } catch {
      // Somebody else was faster.
      guard error.code != ENOENT, error.code != EINVAL else { return }
      throw ImpairmentError(error, "removing a qdisc")
    }
  }

  private func answers(to request: NetlinkMessage) throws(ImpairmentError) -> [ReceivedMessage] {
    do throws(SystemError) {
      return try socket.answers(to: request)
    } catch {
      throw ImpairmentError(error, "asking the traffic control")
    }
  }

  private func transact(
    _ message: NetlinkMessage, _ attempt: String
  ) throws(ImpairmentError) {
    do throws(SystemError) {
      try socket.transact([message])
    } catch {
      guard error.code != ENOENT else {
        throw ImpairmentError(
          .notSupported, "this kernel has no netem (it finds no module sch_netem)")
      }
      throw ImpairmentError(error, attempt)
    }
  }
}

extension NetlinkMessage {
  /// Writes `struct tcmsg`.
  fileprivate mutating func append(
    place device: Int32, handle: UInt32, parent: UInt32, info: UInt32
  ) {
    append(UInt32(0))
    append(device)
    append(handle)
    append(parent)
    append(info)
  }
}
