import PacketCapture
import Testing

/// Files that are damaged in every way: a result, or one sentence, and never a crash.
@Suite struct RobustnessTests {
  /// Numbers that look random and are the same in every run (SplitMix64).
  private struct Damages: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// Whether the bytes give a result whose JSON can be written, or a sentence with a place.
  private func isAnswered(_ bytes: [UInt8]) -> Bool {
    do {
      let report = try FlowReport(ofBytes: bytes, faults: FaultPhases([0.1...0.2]))
      return report.json.hasSuffix("}") && !report.table().isEmpty
    } catch let error as PacketFileError {
      return error.offset.map { (0...bytes.count).contains($0) } ?? false
    } catch {
      return false
    }
  }

  @Test(arguments: RecordedCaptures.names)
  func `a file that ends anywhere is answered`(name: String) throws {
    let bytes = try RecordedCaptures.bytes(name)
    let lengths = Array(0..<600) + Array(stride(from: 600, to: bytes.count, by: 997))
    for length in lengths where length <= bytes.count {
      #expect(isAnswered(Array(bytes.prefix(length))), "\(name): \(length)")
    }
  }

  @Test(arguments: RecordedCaptures.names)
  func `a file with wrong bytes anywhere is answered`(name: String) throws {
    var damages = Damages(state: 7)
    let sound = try RecordedCaptures.bytes(name)
    for round in 0..<200 {
      var bytes = Array(sound.prefix(20_000))
      for _ in 0..<Int.random(in: 1...30, using: &damages) {
        let place = Int.random(in: 0..<bytes.count, using: &damages)
        bytes[place] = UInt8.random(in: 0...255, using: &damages)
      }
      #expect(isAnswered(bytes), "\(name): round \(round)")
    }
  }

  @Test func `a gap as wide as the sequence numbers is answered`() throws {
    var wire = WirePackets()
    wire.open()
    for jump: UInt32 in [0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x4000_0000, 0x4000_0000, 1] {
      wire.clientNext &+= jump
      wire.add(at: 5, fromClient: true, flags: WirePackets.ack, data: [65, 66])
      wire.add(at: 5, fromClient: false, flags: WirePackets.ack)
    }
    #expect(isAnswered(wire.file))
  }

  @Test func `a number half the circle away is answered`() throws {
    var wire = WirePackets()
    wire.open()
    let far = wire.clientNext &- 0x8000_0000
    wire.add(at: 5, fromClient: true, flags: WirePackets.ack, sequence: far, data: [65, 66])
    #expect(isAnswered(wire.file))
    #expect(try wire.flow().packets == 4)
  }
}
