import CLinux
import ExperimentModel
import Glibc

/// The one who reads the queue of a fault, holds each packet until its time, and lets it go.
///
/// It stays until the fault's table is gone. Its death ends the fault: packets then pass.
public final class PacketHolder {
  /// How often it looks whether the fault is still there, in nanoseconds.
  static let glance: UInt64 = 250_000_000

  private let fault: PacketFault
  private let filter: FilterSocket
  private let queue: PacketQueue
  private let copies: PacketReinjection?
  private let chains: [FilterTable.Destination]
  private var model: ImpairmentChain
  private var held = HeldPackets()
  /// What some of them will be when they go on.
  private var changed: [UInt32: [UInt8]] = [:]

  /// Takes a queue for a fault whose table is there; no packet is led to it yet.
  public init(_ fault: PacketFault, in namespace: NetworkNamespace) throws(ImpairmentError) {
    self.fault = fault
    model = ImpairmentChain(fault.impairments, seed: fault.seed)
    filter = try FilterSocket(in: namespace)
    queue = try PacketQueue(
      in: namespace, near: Self.queueNumber(of: fault.id), model: model)
    if case .impair(.duplicate) = fault.deed {
      copies = try PacketReinjection(in: namespace, mark: Self.mark(of: fault.id))
    } else {
      copies = nil
    }
    chains = FilterTable(fault: fault).destinations
  }

  deinit { copies?.close() }

  /// The queue at which the search for a free one begins.
  static func queueNumber(of id: String) -> UInt16 { 0x4000 + UInt16(hash(id) % 0x8000) }

  /// The mark of copies: one that nobody else is likely to use, apart from those of the emulator.
  static func mark(of id: String) -> UInt32 { 0x0c61_0000 | UInt32(queueNumber(of: id)) }

  /// FNV-1a with 32 bits.
  private static func hash(_ id: String) -> UInt32 {
    id.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  /// Leads the packets of the fault to the queue, as soon as its lease begins.
  public func connect() throws(ImpairmentError) {
    for chain in chains {
      try filter.appendQueue(
        table: FilterTable.name(of: fault.id), chain: chain.rawValue, queue: queue.number,
        bypass: true)
    }
  }

  /// Holds packets until the fault's table is gone; then all that still wait go on at once.
  public func hold() throws(ImpairmentError) {
    preferPunctuality()
    var nextGlance = Self.now + Self.glance
    do throws(SystemError) {
      while true {
        let now = Self.now
        if now >= nextGlance {
          guard isStillThere else { return try releaseAll() }
          nextGlance = now + Self.glance
        }
        let taken = try takePackets(now)
        try release(by: Self.now)
        // Where a call was full there may be more.
        if taken < LAB_MOST_DATAGRAMS { wait(until: min(held.nextDue ?? .max, nextGlance)) }
      }
    } catch {
      throw ImpairmentError(error, "holding packets")
    }
  }

  /// A process that waits for milliseconds must not wait for others to finish their turn.
  private func preferPunctuality() {
    var priority = sched_param(sched_priority: 1)
    // Without the right to it, packets are only less punctual.
    sched_setscheduler(0, SCHED_RR, &priority)
  }

  private var isStillThere: Bool {
    // A namespace that does not answer is looked at again later.
    guard let tables = try? filter.tables() else { return true }
    return tables.contains(FilterTable.name(of: fault.id))
  }

  /// Decides the fate of packets that are there, as many as one call takes; returns how many.
  private func takePackets(_ now: UInt64) throws(SystemError) -> Int {
    let taken = try queue.receive { packet in
      let fate = model.fate(now: now, bytes: packet.length)
      guard let due = fate.due else { return queue.decide(packet.id, passes: false) }
      if let bit = fate.flippedBit { changed[packet.id] = packet.bytes(withFlipped: bit) }
      if fate.isDuplicated { copies?.send(Array(packet.bytes)) }
      held.add(due: due, id: packet.id)
    }
    try queue.flush()
    return taken
  }

  private func release(by time: UInt64) throws(SystemError) {
    let isOneWord = model.keepsOrder && !model.needsBytes
    var last: UInt32?
    while let id = held.removeDue(by: time) {
      if isOneWord {
        last = id
      } else if let bytes = changed.removeValue(forKey: id) {
        queue.pass(id, as: bytes)
      } else {
        queue.decide(id, passes: true)
      }
      if queue.isFull { try queue.flush() }
    }
    if let last { queue.passAll(upTo: last) }
    try queue.flush()
  }

  private func releaseAll() throws(SystemError) {
    while try takePackets(Self.now) > 0 {}
    try release(by: .max)
  }

  /// Waits for a packet or for this time, whichever is first.
  private func wait(until time: UInt64) {
    let now = Self.now
    if time > now { queue.wait(atMost: time - now) }
  }

  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
