/// Takes the packets of all interfaces of a capture, on its thread, and writes them down.
final class PacketReceiver {
  private var sink: PacketSink
  /// The interface whose packets come now.
  var interface = 0
  /// Why nothing is written any more; nil while all is well.
  private(set) var failure: CaptureError?

  init(_ sink: consuming PacketSink) { self.sink = sink }

  var packets: Int { sink.packets }
  var files: [String] { sink.files }

  func take(_ bytes: UnsafeBufferPointer<UInt8>, time: Int64, originalLength: UInt32) {
    attempt { (sink: inout PacketSink) throws(CaptureError) in
      try sink.write(
        bytes, time: time, originalLength: originalLength, interface: interface)
    }
  }

  func begin(_ interfaces: [PacketSink.Interface]) throws(CaptureError) {
    try sink.begin(interfaces)
    try sink.flush()
  }

  /// Writes what waits, and begins the next file when that is due.
  func tidy() {
    attempt { (sink: inout PacketSink) throws(CaptureError) in
      try sink.flush()
      try sink.rotateIfDue()
    }
  }

  func finish(dropped: [UInt64], received: [UInt64]) {
    attempt { (sink: inout PacketSink) throws(CaptureError) in
      try sink.finish(dropped: dropped, received: received)
    }
  }

  /// Does something unless something has failed before.
  private func attempt(_ work: (inout PacketSink) throws(CaptureError) -> Void) {
    guard failure == nil else { return }
    do throws(CaptureError) {
      try work(&sink)
    } catch {
      failure = error
    }
  }
}
