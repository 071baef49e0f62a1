/// What is on one device: nothing of ours and nobody else's, a tree of ours, or a foreign root.
struct DeviceTree {
  /// A place of a stage in the tree.
  struct Place {
    let number: UInt32
    let stage: Int
    /// The class below which its `prio` is.
    let parent: UInt32
    let isThere: Bool
  }

  let device: TrafficControl.Device
  let qdiscs: [TrafficControl.Qdisc]

  /// What the kernel gives to a device by itself has no handle.
  private var root: TrafficControl.Qdisc? {
    qdiscs.first { $0.parent == TrafficControl.rootParent && $0.handle != 0 }
  }
  var isOurs: Bool { root?.handle == EmulatorTree.handle(ofPlace: 1) }
  var foreignRoot: TrafficControl.Qdisc? { isOurs ? nil : root }

  /// All `netem`s of ours.
  var emulators: [TrafficControl.Qdisc] {
    isOurs ? qdiscs.filter { $0.kind == "netem" && $0.parent >> 20 == 0xca0 } : []
  }

  /// How many stages there are, up to the last one that has a fault.
  var stages: Int {
    // The stage of a place is the number of its bits but one.
    emulators.map { 32 - Int(($0.parent >> 16 & 0xf).leadingZeroBitCount) }.max() ?? 0
  }

  /// The places of a stage and of all above it, from the root on: each only where packets come.
  func places(downTo stage: Int) -> [Place] {
    var row = [place(1, ofStage: 0, below: TrafficControl.rootParent)]
    var places = row
    for next in stride(from: 1, through: stage, by: 1) {
      row = row.flatMap { above in
        let node = EmulatorTree.handle(ofPlace: above.number)
        let unmarked = place(2 * above.number, ofStage: next, below: node | 1)
        guard let emulator = emulators.first(where: { $0.parent == node | 2 }) else {
          return [unmarked]
        }
        return [
          unmarked, place(2 * above.number + 1, ofStage: next, below: emulator.handle | 1),
        ]
      }
      places += row
    }
    return places
  }

  private func place(_ number: UInt32, ofStage stage: Int, below parent: UInt32) -> Place {
    let handle = EmulatorTree.handle(ofPlace: number)
    return Place(
      number: number, stage: stage, parent: parent,
      isThere: qdiscs.contains { $0.handle == handle && $0.parent == parent })
  }
}
