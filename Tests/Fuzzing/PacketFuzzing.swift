// The entry of libFuzzer: any bytes, taken for a file of packets. It is compiled together with the
// sources of PacketCapture by Scripts/fuzz-packets, and is no part of the package.

/// Reads bytes as `chaos flows` reads a file and as `chaos run` looks at packets, and traps where
/// these would.
@_cdecl("LLVMFuzzerTestOneInput")
public func readAnyBytes(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do throws(PacketFileError) {
    var file = try PacketFile(name: "fuzz", bytes: bytes)
    let report = try FlowReport(reading: &file, faults: FaultPhases([0.5...1]))
    precondition(report.json.hasSuffix("}"), "a report can always be written")
    precondition(report.flows.reduce(0) { $0 + $1.packets } <= report.captured)
    let figures = try witnessed(bytes)
    precondition(figures.sent.packets + figures.received.packets <= report.captured)
  } catch {
    precondition(error.offset.map { (0...count).contains($0) } ?? false, "a refusal has its place")
  }
  return 0
}

/// What a witness counts for whom half of all addresses are its host's.
private func witnessed(_ bytes: [UInt8]) throws(PacketFileError) -> TrafficFigures {
  let half = ["0.0.0.0/1", "::/1", "fd00::/9"].compactMap(AddressRange.init)
  let witness = TrafficWitness(.init(own: half, checksBytes: true))
  var file = try PacketFile(name: "fuzz", bytes: bytes)
  while case .packet(let packet) = try file.next() { witness.take(packet) }
  return witness.figures(in: [0..<Int64.max])
}
