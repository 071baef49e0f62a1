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
  private let timer: Int32
  private let copies: PacketReinjection?
  private let chains: [FilterTable.Destination]
  private var model: ImpairmentModel
  private var held = HeldPackets()

  /// Takes a queue for a fault whose table is there; no packet is led to it yet.
  public init(_ fault: PacketFault, in namespace: NetworkNamespace) throws(ImpairmentError) {
    guard case .impair(let impairment) = fault.deed else {
      preconditionFailure("only impaired packets are held")
    }
    self.fault = fault
    model = ImpairmentModel(impairment, seed: fault.seed)
    filter = try FilterSocket(in: namespace)
    queue = try PacketQueue(
      in: namespace, near: Self.queueNumber(of: fault.id), withBytes: model.needsBytes)
    if case .duplicate = impairment {
      copies = try PacketReinjection(in: namespace, mark: Self.mark(of: fault.id))
    } else {
      copies = nil
    }
    chains = FilterTable(fault: fault).destinations
    timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
    guard timer >= 0 else { throw ImpairmentError(SystemError.last, "making a timer") }
  }

  deinit {
    close(timer)
    copies?.close()
  }

  /// The queue at which the search for a free one begins.
  static func queueNumber(of id: String) -> UInt16 { 0x4000 + UInt16(hash(id) % 0x8000) }

  /// The mark of copies: one that nobody else is likely to use.
  static func mark(of id: String) -> UInt32 { 0x6c61_0000 | UInt32(queueNumber(of: id)) }

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
  ///
  /// - Parameter atEachGlance: what else is done now and then, by a clock in nanoseconds.
  public func hold(atEachGlance: (UInt64) -> Void = { _ in }) throws(ImpairmentError) {
    preferPunctuality()
    var nextGlance = Self.now + Self.glance
    do throws(SystemError) {
      while true {
        let now = Self.now
        if now >= nextGlance {
          guard isStillThere else { return try releaseAll() }
          atEachGlance(now)
          nextGlance = now + Self.glance
        }
        try takePackets()
        try release(by: Self.now)
        waitUntil(min(held.nextDue ?? .max, nextGlance))
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

  private func takePackets() throws(SystemError) {
    // A bound, so that packets that are due do not wait for a flood to end.
    _ = try queue.receive(atMost: 256) { packet in
      let fate = model.fate(now: Self.now, bytes: packet.length)
      guard let due = fate.due else { return queue.decide(packet.id, passes: false) }
      var changed: [UInt8]?
      if let bit = fate.flippedBit, !packet.bytes.isEmpty {
        changed = Array(packet.bytes)
        let place = Int(bit % UInt64(packet.bytes.count * 8))
        changed?[place / 8] ^= 1 << UInt8(place % 8)
      }
      if fate.isDuplicated { copies?.send(Array(packet.bytes)) }
      held.add(due: due, id: packet.id, bytes: changed)
    }
    try queue.flush()
  }

  private func release(by time: UInt64) throws(SystemError) {
    let isOneWord = model.keepsOrder && !model.needsBytes
    var last: UInt32?
    while let packet = held.removeDue(by: time) {
      if isOneWord {
        last = packet.id
      } else {
        queue.decide(packet.id, passes: true, bytes: packet.bytes)
        if queue.isFull { try queue.flush() }
      }
    }
    if let last { queue.passAll(upTo: last) }
    try queue.flush()
  }

  private func releaseAll() throws(SystemError) {
    try takePackets()
    try release(by: .max)
  }

  /// Waits for a packet or for this time, whichever is first.
  private func waitUntil(_ time: UInt64) {
    var setting = itimerspec()
    setting.it_value.tv_sec = Int(time / 1_000_000_000)
    setting.it_value.tv_nsec = Int(time % 1_000_000_000)
    timerfd_settime(timer, 1, &setting, nil)
    var waited = [
      pollfd(fd: queue.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: timer, events: Int16(POLLIN), revents: 0),
    ]
    poll(&waited, nfds_t(waited.count), 1000)
  }

  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
