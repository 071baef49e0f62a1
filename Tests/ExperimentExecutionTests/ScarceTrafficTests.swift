import ExperimentExecution
import ExperimentModel
import PacketCapture
import Statistics
import Testing

/// What packets say about faults where few of them come, as between a balancer and its backends.
struct ScarceTrafficTests {
  /// Connections for three seconds, each answered after so long while the fault is in force.
  private func served(every pause: Double, answeredAfter: (Int) -> Double) -> ServedConnections {
    var served = ServedConnections()
    for place in 0..<Int(900 / pause) { served.add(at: Double(place) * pause) }
    for place in 0..<Int(1900 / pause) {
      served.add(at: 1000 + Double(place) * pause, answeredAfter: answeredAfter(place))
    }
    return served
  }

  @Test(arguments: [PacketFilter.Direction.egress, .ingress])
  func `answers that came ten milliseconds late were held back to be overtaken`(
    direction: PacketFilter.Direction
  ) throws {
    let fault = Fault.impair(
      .reorder(Likelihood(rate: Ratio(0.25))), PacketFilter(direction: direction))
    let late = try served(every: 10) { $0 % 4 == 0 ? 10.05 : 0.02 }.finding(fault)
    #expect(abs(try #require(late.measured["rate"]).value - 0.25) < 0.01)
    #expect(late.took == true && late.remark == nil)
    let punctual = try served(every: 10) { _ in 0.02 }.finding(fault)
    #expect(punctual.measured["rate"]?.value == 0 && punctual.took == false)
  }

  @Test func `each way that holds packets back adds ten milliseconds`() throws {
    let fault = Fault.impair(
      .reorder(Likelihood(rate: Ratio(0.5))), PacketFilter(direction: .both))
    let finding = try served(every: 10) { [0.02, 10, 10, 20][$0 % 4] }.finding(fault)
    #expect(abs(try #require(finding.measured["rate"]).value - 0.5) < 0.01)
  }

  @Test func `silence is a cut where packets passed before, and nothing where none did`() throws {
    let cut = Fault.partition(from: ["balancer"], isOneWay: false)
    var before = ServedConnections()
    for place in 0..<20 { before.add(at: Double(place) * 40) }
    let finding = try before.finding(cut)
    #expect(finding.took == true)
    #expect(finding.measured["passed"]?.value == 0)
    #expect(try ServedConnections().finding(cut).took == nil)
  }

  @Test func `packets that leave at once tell a bandwidth that is never used up`() throws {
    // Ten answers of 140 bytes within 9.9 ms of the packet before them, twenty times a second.
    let served = served(every: 50) { _ in 0.02 }
    func finding(_ bitsPerSecond: Double) throws -> FaultFinding {
      try served.finding(
        .impair(.throttle(Bandwidth(bitsPerSecond: bitsPerSecond)), PacketFilter()))
    }
    let kept = try finding(1e6)
    let bandwidth = try #require(kept.measured["bandwidth_bits_per_s"]).value
    #expect(abs(bandwidth - 10 * 140 * 8 / 9.9e-3) < 1e3)
    #expect(kept.took == true)
    #expect(try finding(5e5).took == false)
  }

  @Test func `nothing is claimed of protocols that are not counted`() throws {
    let fault = Fault.impair(
      .drop(.random(Likelihood(rate: Ratio(0.1)))), PacketFilter(transport: .udp))
    let finding = try served(every: 10) { _ in 0.02 }.finding(fault)
    #expect(finding.took == nil)
    #expect(finding.remark == "only packets of TCP are counted, and it is about udp")
  }
}
