/// Takes the packets of all interfaces of a capture, on its thread: writes them down where there is
/// a file, and shows them to witnesses.
final class PacketReceiver {
  private var sink: PacketSink?
  private let witnesses: [TrafficWitness]
  private let checksBytes: Bool
  private var linkTypes: [LinkType] = []
  /// The interface whose packets come now.
  var interface = 0
  private(set) var packets = 0
  /// Why nothing is written any more; nil while all is well.
  private(set) var failure: CaptureError?

  init(_ sink: consuming PacketSink?, _ witnesses: [TrafficWitness]) {
    self.sink = sink
    self.witnesses = witnesses
    checksBytes = witnesses.contains(where: \.selector.checksBytes)
  }

  var files: [String] { sink?.files ?? [] }

  func take(_ bytes: UnsafeBufferPointer<UInt8>, time: Int64, originalLength: UInt32) {
    packets += 1
    if !witnesses.isEmpty { show(bytes, time: time, originalLength: originalLength) }
    attempt { (sink: inout PacketSink) throws(CaptureError) in
      try sink.write(
        bytes, time: time, originalLength: originalLength, interface: interface)
    }
  }

  func begin(_ interfaces: [PacketSink.Interface]) throws(CaptureError) {
    linkTypes = interfaces.map { LinkType(rawValue: $0.linkType) }
    try sink?.begin(interfaces)
    try sink?.flush()
  }

  /// Writes what waits, and begins the next file when that is due.
  func tidy() {
    attempt { (sink: inout PacketSink) throws(CaptureError) in
      try sink.flush()
      try sink.rotateIfDue()
    }
  }

  func finish(dropped: [UInt64], received: [UInt64]) {
    for witness in witnesses { witness.noteLost(Int(dropped.reduce(0, +))) }
    attempt { (sink: inout PacketSink) throws(CaptureError) in
      try sink.finish(dropped: dropped, received: received)
    }
  }

  /// How much of a packet a witness needs that does not look at its data, in bytes: more than all
  /// headers of an honest TCP packet take.
  private static let headers = 192

  private func show(_ bytes: UnsafeBufferPointer<UInt8>, time: Int64, originalLength: UInt32) {
    let kept = Array(bytes.prefix(checksBytes ? bytes.count : Self.headers))
    let packet = CapturedPacket(
      time: time, linkType: linkTypes[interface], interface: interface,
      originalLength: Int(originalLength), bytes: kept[...])
    for witness in witnesses { witness.take(packet) }
  }

  /// Does something to the file, unless there is none, or something has failed before.
  private func attempt(_ work: (inout PacketSink) throws(CaptureError) -> Void) {
    guard failure == nil else { return }
    do throws(CaptureError) {
      if sink != nil { try work(&sink!) }
    } catch {
      failure = error
    }
  }
}
