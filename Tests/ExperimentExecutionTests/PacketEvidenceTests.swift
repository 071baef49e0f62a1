import ExperimentExecution
import ExperimentModel
import PacketCapture
import Statistics
import Testing

/// Connections to a server, each with its own losses and delays, as a witness at the server sees
/// them.
struct ServedConnections {
  private static let client: [UInt8] = [198, 18, 0, 5]
  private static let server: [UInt8] = [198, 18, 0, 3]
  /// In nanoseconds since 1970.
  static let start: Int64 = 1_700_000_000_000_000_000

  private var packets: [(time: Int64, bytes: [UInt8])] = []
  private var port: UInt16 = 40_000

  /// Adds a connection that opens at a time in milliseconds, and on which the server sends packets
  /// of so many bytes, all numbers but the missing ones.
  mutating func add(
    at time: Double, answeredAfter delay: Double = 0.02, answers: Int = 10,
    missing: Set<Int> = [], bytes: Int = 100
  ) {
    port += 1
    add(at: time, fromServer: false, flags: 2, sequence: 1, acknowledgement: 0)
    add(at: time + delay, fromServer: true, flags: 18, sequence: 1, acknowledgement: 2)
    add(at: time + delay + 0.1, fromServer: true, flags: 16, number: 500, sequence: 2)
    for place in 0..<answers where !missing.contains(place) {
      add(
        at: time + delay + 1 + Double(place), fromServer: true, flags: 16,
        number: 501 + UInt16(place), sequence: UInt32(2 + place * bytes), length: bytes)
    }
  }

  private mutating func add(
    at time: Double, fromServer: Bool, flags: UInt8, number: UInt16 = 0, sequence: UInt32,
    acknowledgement: UInt32 = 2, length: Int = 0
  ) {
    let ports = fromServer ? big(80 as UInt16) + big(port) : big(port) + big(80 as UInt16)
    let tcp =
      ports + big(sequence) + big(acknowledgement) + [0x50, flags, 1, 0, 0, 0, 0, 0]
      + [UInt8](repeating: 0, count: length)
    let ip =
      [0x45, 0] + big(UInt16(20 + tcp.count)) + big(number) + [0x40, 0, 64, 6, 0, 0]
      + (fromServer ? Self.server + Self.client : Self.client + Self.server)
    packets.append((Self.start + Int64(time * 1e6), ip + tcp))
  }

  private func big(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private func little(_ number: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(number).littleEndian) { Array($0) }
  }

  /// What the packets say about a fault in force from one to another second.
  func finding(_ fault: Fault, from: Int64 = 1, until: Int64 = 3) throws -> FaultFinding {
    var pace: Double?
    if case .impair(.throttle(let bandwidth), _) = fault { pace = bandwidth.bitsPerSecond }
    let witness = TrafficWitness(
      .init(own: [try #require(AddressRange("198.18.0.3"))], pace: pace))
    // A pcap of raw IP with nanoseconds.
    var bytes = little(0xA1B2_3C4D) + [2, 0, 4, 0] + little(0) + little(0) + little(65_535)
    bytes += little(101)
    for packet in packets.sorted(by: { $0.time < $1.time }) {
      bytes += little(Int(packet.time / 1_000_000_000)) + little(Int(packet.time % 1_000_000_000))
      bytes += little(packet.bytes.count) + little(packet.bytes.count) + packet.bytes
    }
    var file = try PacketFile(name: "served.pcap", bytes: bytes)
    while case .packet(let packet) = try file.next() { witness.take(packet) }
    func time(_ seconds: Int64) -> Int64 { Self.start + seconds * 1_000_000_000 }
    let evidence = PacketEvidence(
      witness, during: [time(from)..<time(until)], calm: [time(0)..<time(from)])
    return try #require(evidence.finding(of: fault))
  }
}

struct PacketEvidenceTests {
  private func drop(_ share: Double) -> Fault {
    .impair(.drop(.random(Likelihood(rate: Ratio(share)))), PacketFilter())
  }

  private func delay(_ milliseconds: Int, _ direction: PacketFilter.Direction = .egress) -> Fault {
    .impair(
      .delay(PacketDelay(by: .milliseconds(milliseconds))), PacketFilter(direction: direction))
  }

  @Test func `a tenth of the numbers missing is a loss of 10 percent that took effect`() throws {
    var served = ServedConnections()
    for place in 0..<100 {
      served.add(at: 1100 + Double(place) * 15, answers: 11, missing: [place % 9 + 1])
    }
    let finding = try served.finding(drop(0.1))
    let rate = try #require(finding.measured["rate"])
    #expect(abs(rate.value - 1.0 / 11) < 0.002)
    #expect(try #require(rate.interval).contains(0.1))
    #expect(finding.took == true && finding.remark == nil)
  }

  @Test func `a loss of which nothing is seen did not take effect`() throws {
    var served = ServedConnections()
    for place in 0..<100 { served.add(at: 1100 + Double(place) * 15) }
    let finding = try served.finding(drop(0.1))
    #expect(finding.measured["rate"]?.value == 0)
    #expect(finding.took == false)
    #expect(finding.remark == "less was seen than was asked")
  }

  @Test func `a loss of which little could be seen is left open`() throws {
    var served = ServedConnections()
    served.add(at: 1500)
    let finding = try served.finding(drop(0.1))
    #expect(finding.took == nil && finding.measured.isEmpty)
    #expect(finding.remark?.hasPrefix("not enough traffic to tell") == true)
  }

  @Test(arguments: [(PacketFilter.Direction.egress, 100.0), (.ingress, 100), (.both, 200)])
  func `a delay is what answers to SYNs took longer, each way`(
    direction: PacketFilter.Direction, added: Double
  ) throws {
    var served = ServedConnections()
    for place in 0..<20 {
      served.add(at: 100 + Double(place) * 10)
      served.add(at: 1100 + Double(place) * 10, answeredAfter: 0.02 + added)
    }
    let finding = try served.finding(delay(100, direction))
    let by = try #require(finding.measured["by_ms"])
    #expect(abs(by.value - 100) < 0.1)
    #expect(by.interval != nil && finding.took == true)
    #expect(finding.evidence == "20 answers to SYNs against 20 before")
  }

  @Test func `a delay of which no answer is late did not take effect`() throws {
    var served = ServedConnections()
    for place in 0..<40 { served.add(at: 100 + Double(place) * 60) }
    #expect(try served.finding(delay(100)).took == false)
  }

  @Test func `nobody can tell of a fault to which nobody answered`() throws {
    #expect(try ServedConnections().finding(delay(100)).took == nil)
    #expect(try ServedConnections().finding(.partition(from: [], isOneWay: false)).took == nil)
  }

  @Test func `a cut through which nothing passes took effect, and one that leaks did not`() throws {
    let cut = Fault.partition(from: ["web"], isOneWay: false)
    var tried = ServedConnections()
    tried.add(at: 1500, answeredAfter: 9000, answers: 0)
    #expect(try tried.finding(cut).took == true)
    tried.add(at: 1600)
    let leaky = try tried.finding(cut)
    #expect(leaky.took == false)
    #expect(leaky.remark?.contains("passed all the same") == true)
  }

  @Test(arguments: [(100, true), (300, false)])
  func `a bandwidth is judged where the target sent as much as it could`(
    answers: Int, took: Bool
  ) throws {
    var served = ServedConnections()
    // Each begins 100 ms after the one before, and has a packet of 1,250 bytes in a millisecond.
    for place in 0..<20 {
      served.add(at: 1000 + Double(place) * 100, answers: answers / 10, bytes: 1210)
    }
    let throttle = Fault.impair(.throttle(Bandwidth(bitsPerSecond: 1e6)), PacketFilter())
    let finding = try served.finding(throttle)
    #expect(finding.took == took, "\(finding)")
    let pace = try #require(finding.measured["bandwidth_bits_per_s"]?.value)
    #expect(abs(pace / 1e6 - Double(answers) / 100) < 0.1)
  }

  @Test func `less traffic than a bandwidth lets through says nothing`() throws {
    var served = ServedConnections()
    served.add(at: 1500)
    let throttle = Fault.impair(.throttle(Bandwidth(bitsPerSecond: 1e6)), PacketFilter())
    #expect(try served.finding(throttle).took == nil)
  }
}
