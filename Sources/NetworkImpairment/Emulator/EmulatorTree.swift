import CLinux
import ExperimentModel
import Glibc

/// The emulator's part of one fault: a stage in a tree of our own on each device but `lo`.
///
/// A stage is a `prio` qdisc of which the first band takes all packets, and the second one holds
/// `netem` and takes those with the stage's mark. The stage of the next fault hangs below both, so
/// that delays add up, and that each fault ends alone:
///
/// ```
/// 1 prio ─┬─ 2 prio ─┬─ …           no mark
///         │          └─ netem B     B's
///         └─ netem A ── 3 prio ─┬─  A's
///                               └─ netem B, again: A's and B's
/// ```
/// The numbers are those of a binary tree: below `n` are `2n` and `2n + 1`. A mark is set by a rule
/// under a lease. When that is over, no packet has the mark, and the tree is as if it were not
/// there, although nobody is alive to remove it.
struct EmulatorTree {
  /// How many stages a tree has at most: as many as there are marks.
  static let mostStages = 4

  let id: String
  let options: NetemOptions

  /// The handle of a stage's `prio` at a place of the tree, by which it is known as ours.
  static func handle(ofPlace place: UInt32) -> UInt32 { (0xca00 | place) << 16 }

  /// The handle of a fault's `netem` at a place of the tree, by which its fault is known.
  static func handle(of id: String, atPlace place: UInt32) -> UInt32 {
    (stem(of: id) | place) << 16
  }

  /// What all handles of a fault begin with; the last four bits are for places.
  private static func stem(of id: String) -> UInt32 {
    UInt32(PacketHolder.queueNumber(of: id)) & 0xfff0
  }

  /// The mark of packets that are meant by the fault of a stage: one bit, which others seldom use.
  static func mark(ofStage stage: Int) -> UInt32 { 0x1000_0000 << UInt32(stage) }

  /// The bits of a mark that no stage uses.
  static let otherMarks: UInt32 = 0x0fff_ffff

  /// What is done, as `tc` would be told.
  var plan: [String] {
    let place: UInt32 = 1
    let (root, mark) = (Self.words(Self.handle(ofPlace: place)), Self.mark(ofStage: 0))
    let zeros = Array(repeating: "0", count: 16).joined(separator: " ")
    return [
      "for each DEVICE of the namespace but lo, below other faults of ours on it:",
      "  tc qdisc add dev DEVICE root handle \(root) prio bands 2 priomap \(zeros)",
      "  tc qdisc add dev DEVICE parent \(root)2 handle"
        + " \(Self.words(Self.handle(of: id, atPlace: place))) netem \(options.words)",
      "  tc filter add dev DEVICE parent \(root) protocol all prio 1 handle \(mark)/\(mark) fw"
        + " classid \(root)2",
    ]
  }

  private static func words(_ handle: UInt32) -> String { String(handle >> 16, radix: 16) + ":" }

  // MARK: Making and removing

  /// Makes the fault's stage on each device; packets without its mark do not notice.
  ///
  /// - Returns: the stage.
  /// - Throws: a sentence when a device cannot have it; then nothing is left of it.
  func make(in namespace: NetworkNamespace) throws(ImpairmentError) -> Int {
    let control = try TrafficControl(in: namespace)
    let devices = try control.devices()
    let trees = try Self.trees(on: devices, control)
    if let obstacle = Self.obstacle(to: id, options.impairments, on: trees) { throw obstacle }
    let stage = trees.map(\.stages).max() ?? 0
    do throws(ImpairmentError) {
      for tree in trees { try add(to: tree, stage: stage, control) }
    } catch {
      _ = try? Self.remove(id, in: namespace)
      throw error
    }
    return stage
  }

  private func add(
    to tree: DeviceTree, stage: Int, _ control: TrafficControl
  ) throws(ImpairmentError) {
    let places = tree.places(downTo: stage)
    for place in places where !place.isThere {
      let node = Self.handle(ofPlace: place.number)
      try control.addBands(node, below: place.parent, of: tree.device)
    }
    for place in places where place.stage == stage {
      let node = Self.handle(ofPlace: place.number)
      try control.addEmulator(
        Self.handle(of: id, atPlace: place.number), below: node | 2, of: tree.device, options)
      try control.addFilter(
        mark: Self.mark(ofStage: stage), from: node, to: node | 2, of: tree.device)
    }
  }

  /// Removes the stage of a fault; returns whether there was one.
  static func remove(
    _ id: String, in namespace: NetworkNamespace
  ) throws(ImpairmentError) -> Bool {
    let control = try TrafficControl(in: namespace)
    var wasThere = false
    for tree in try trees(on: try control.devices(), control) where tree.isOurs {
      let own = tree.emulators.filter { $0.handle >> 16 & 0xfff0 == stem(of: id) }
      wasThere = wasThere || !own.isEmpty
      // The last one takes the whole tree with it; one without any is what a crash left behind.
      if own.count == tree.emulators.count {
        try control.remove(
          handle(ofPlace: 1), below: TrafficControl.rootParent, of: tree.device)
      } else {
        for emulator in own {
          try control.remove(emulator.handle, below: emulator.parent, of: tree.device)
        }
      }
    }
    return wasThere
  }

  // MARK: What is there

  /// Why a fault can have no stage in a namespace; nil when it can.
  static func obstacle(
    to fault: PacketFault, in namespace: NetworkNamespace
  ) -> ImpairmentError? {
    do throws(ImpairmentError) {
      let control = try TrafficControl(in: namespace)
      return obstacle(
        to: fault.id, fault.impairments, on: try trees(on: try control.devices(), control))
    } catch {
      return error
    }
  }

  private static func trees(
    on devices: [TrafficControl.Device], _ control: TrafficControl
  ) throws(ImpairmentError) -> [DeviceTree] {
    let qdiscs = try control.qdiscs()
    return devices.map { device in
      DeviceTree(device: device, qdiscs: qdiscs.filter { $0.device == device.index })
    }
  }

  private static func obstacle(
    to id: String, _ impairments: [PacketImpairment], on trees: [DeviceTree]
  ) -> ImpairmentError? {
    func no(_ reason: String) -> ImpairmentError {
      ImpairmentError(.notSupported, "\(reason); leave --via out, or take --via queue")
    }
    for tree in trees {
      let name = tree.device.name
      if let foreign = tree.foreignRoot {
        return no(
          "\(name) has the root qdisc \(foreign.kind) \(words(foreign.handle)) of somebody else,"
            + " which is left alone")
      }
      guard !tree.emulators.isEmpty else { continue }
      guard tree.stages < mostStages else {
        return no("\(name) has \(mostStages) faults by netem already")
      }
      if tree.emulators.contains(where: { $0.handle >> 16 & 0xfff0 == stem(of: id) }) {
        return no("\(name) has a fault by netem with the same handles")
      }
      // Below another fault there are several, each with a bandwidth of its own.
      if impairments.contains(where: \.isThrottle) {
        return no("\(name) has another fault by netem, behind which a bandwidth is not one")
      }
      // Newer kernels refuse such a tree, because copies might be copied without end.
      if impairments.contains(where: \.isDuplicate)
        || tree.emulators.contains(where: \.isDuplicating)
      {
        return no("\(name) has another fault by netem, which does not go with duplicates")
      }
    }
    return nil
  }
}

extension PacketImpairment {
  fileprivate var isThrottle: Bool { if case .throttle = self { true } else { false } }
  fileprivate var isDuplicate: Bool { if case .duplicate = self { true } else { false } }
}
