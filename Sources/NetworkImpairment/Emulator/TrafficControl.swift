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
      let kind = message.attributes(after: 20).first { $0.kind == UInt16(TCA_KIND) }
      return Qdisc(
        device: message.payload.dropFirst(4).load(Int32.self),
        handle: message.payload.dropFirst(8).load(UInt32.self),
        parent: message.payload.dropFirst(12).load(UInt32.self), kind: kind?.value.text ?? "")
    }
  }

  /// Adds the three parts of a tree to a device.
  func add(_ tree: EmulatorTree, to device: Device) throws(ImpairmentError) {
    let root = EmulatorTree.root
    let create = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL
    var prio = NetlinkMessage(type: UInt16(RTM_NEWQDISC), flags: create)
    prio.append(place: device.index, handle: root, parent: Self.rootParent, info: 0)
    prio.attribute(number: UInt16(TCA_KIND), bytes: Array("prio".utf8) + [0])
    // struct tc_prio_qopt: the number of bands, and the band of each of 16 priorities.
    let bands = withUnsafeBytes(of: Int32(2)) { Array($0) }
    prio.attribute(
      number: UInt16(TCA_OPTIONS), bytes: bands + [UInt8](repeating: 0, count: 16))
    try transact(prio, "adding a qdisc to \(device.name)")

    var netem = NetlinkMessage(type: UInt16(RTM_NEWQDISC), flags: create)
    let handle = EmulatorTree.handle(of: tree.id)
    netem.append(place: device.index, handle: handle, parent: root | 2, info: 0)
    netem.attribute(number: UInt16(TCA_KIND), bytes: Array("netem".utf8) + [0])
    let options = netem.content { tree.options.write(to: &$0) }
    netem.attribute(number: UInt16(TCA_OPTIONS), bytes: options)
    try transact(netem, "adding netem to \(device.name)")

    var filter = NetlinkMessage(type: UInt16(RTM_NEWTFILTER), flags: create)
    filter.append(
      place: device.index, handle: EmulatorTree.mark(of: tree.id), parent: root,
      info: 1 << 16 | UInt32(Self.allProtocols.bigEndian))
    filter.attribute(number: UInt16(TCA_KIND), bytes: Array("fw".utf8) + [0])
    let place = filter.content {
      $0.attribute(number: UInt16(TCA_FW_CLASSID), bytes: withUnsafeBytes(of: root | 2, Array.init))
    }
    filter.attribute(number: UInt16(TCA_OPTIONS), bytes: place)
    try transact(filter, "adding a filter to \(device.name)")
  }

  /// Removes the root of a device, which gives it back the kernel's own.
  func removeRoot(of device: Int32) throws(ImpairmentError) {
    var message = NetlinkMessage(type: UInt16(RTM_DELQDISC), flags: NLM_F_ACK)
    message.append(
      place: device, handle: EmulatorTree.root, parent: Self.rootParent, info: 0)
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
