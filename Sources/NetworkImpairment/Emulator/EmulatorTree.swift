import CLinux
import ExperimentModel
import Glibc

/// The emulator's part of one fault: on each device but `lo` a qdisc of our own at the root, whose
/// first band takes all packets, and whose second one holds `netem` and takes those with a mark.
///
/// The mark is set by a rule under a lease. When that is over, no packet has the mark, and the tree
/// is as if it were not there, although nobody is alive to remove it.
struct EmulatorTree {
  /// The root's handle, by which it is known as ours.
  static let root: UInt32 = 0xca05_0000

  let id: String
  let options: NetemOptions

  /// The emulator's handle, by which its fault is known.
  static func handle(of id: String) -> UInt32 {
    UInt32(PacketHolder.queueNumber(of: id)) << 16
  }

  /// The mark of packets that are meant.
  static func mark(of id: String) -> UInt32 { PacketHolder.mark(of: id) }

  /// What is done, as `tc` would be told.
  var plan: [String] {
    let (root, own) = (Self.hex(Self.root), Self.hex(Self.handle(of: id)))
    let zeros = Array(repeating: "0", count: 16).joined(separator: " ")
    return [
      "for each DEVICE of the namespace but lo:",
      "  tc qdisc add dev DEVICE root handle \(root) prio bands 2 priomap \(zeros)",
      "  tc qdisc add dev DEVICE parent \(root)2 handle \(own) netem \(options.words)",
      "  tc filter add dev DEVICE parent \(root) protocol all prio 1 handle \(Self.mark(of: id)) fw"
        + " classid \(root)2",
    ]
  }

  private static func hex(_ handle: UInt32) -> String { String(handle >> 16, radix: 16) + ":" }

  // MARK: Making and removing

  /// Makes the tree on each device; packets without the mark do not notice.
  ///
  /// - Throws: a sentence when a device has a tree already; then nothing is left of this one.
  func make(in namespace: NetworkNamespace) throws(ImpairmentError) {
    let control = try TrafficControl(in: namespace)
    let devices = try control.devices()
    try Self.refuseForeignRoots(of: devices, control)
    do throws(ImpairmentError) {
      for device in devices { try control.add(self, to: device) }
    } catch {
      _ = try? Self.remove(id, in: namespace)
      throw error
    }
  }

  /// Removes the tree of a fault; returns whether there was one.
  static func remove(
    _ id: String, in namespace: NetworkNamespace
  ) throws(ImpairmentError) -> Bool {
    let control = try TrafficControl(in: namespace)
    var wasThere = false
    let qdiscs = try control.qdiscs()
    for qdisc in qdiscs where qdisc.handle == Self.root {
      let children = qdiscs.filter { $0.device == qdisc.device && $0.parent == Self.root | 2 }
      // A root without an emulator is what a crash left behind, whoever's it was.
      guard children.isEmpty || children.contains(where: { $0.handle == handle(of: id) }) else {
        continue
      }
      try control.removeRoot(of: qdisc.device)
      wasThere = true
    }
    return wasThere
  }

  /// Why no tree can be made in a namespace; nil when one can.
  static func obstacle(in namespace: NetworkNamespace) -> ImpairmentError? {
    do throws(ImpairmentError) {
      let control = try TrafficControl(in: namespace)
      try refuseForeignRoots(of: try control.devices(), control)
      return nil
    } catch {
      return error
    }
  }

  private static func refuseForeignRoots(
    of devices: [TrafficControl.Device], _ control: TrafficControl
  ) throws(ImpairmentError) {
    let roots = try control.qdiscs().filter { $0.parent == TrafficControl.rootParent }
    for device in devices {
      // What the kernel gives to a device by itself has no handle.
      guard let found = roots.first(where: { $0.device == device.index && $0.handle != 0 }) else {
        continue
      }
      let owner = found.handle == root ? "another fault of ours" : "somebody else"
      throw ImpairmentError(
        .notSupported,
        "\(device.name) has the root qdisc \(found.kind) \(hex(found.handle)) of \(owner), which is"
          + " left alone; leave --via out, or take --via queue")
    }
  }
}
