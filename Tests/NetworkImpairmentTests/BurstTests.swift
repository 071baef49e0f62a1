import ExperimentModel
import NetworkImpairment
import Testing

extension KernelTests {
  /// Losses with a memory, on the wire.
  struct BurstTests {
    typealias Two = TwoNamespaces

    /// What became of each of 4,000 packets: whether it was lost.
    private func losses(_ model: LossModel, by way: PacketWay, _ lab: Two) throws -> [Bool] {
      let armed = try ArmedFault(.impair(.drop(model)), way: way, in: lab.target)
      let flow = try ConformanceTests.flow(
        lab, packets: 4000, gap: Two.isEmulated ? 500 : 150)
      try armed.disarm()
      let arrived = Set(flow.arrivals.map(\.number))
      return (0..<4000).map { !arrived.contains($0) }
    }

    private func rate(_ losses: [Bool]) -> Double {
      Double(losses.count { $0 }) / Double(losses.count)
    }

    @Test(arguments: ConformanceTests.emulators)
    func `a Gilbert channel loses as often and as long as was asked for`(
      way: PacketWay
    ) async throws {
      try await Two.with { lab in
        let losses = try losses(
          .gilbertElliott(
            toBad: Ratio(0.05), toGood: Ratio(0.25), lossInBad: Ratio(1), lossInGood: Ratio(0)),
          by: way, lab)
        // Neighbours are correlated by 1 − 0.05 − 0.25: the rate has a deviation of 1.4 %.
        #expect(abs(rate(losses) - 0.05 / 0.3) < 0.07, "lost \(rate(losses))")
        let rows = zip([false] + losses, losses).count { !$0 && $1 }
        let length = Double(losses.count { $0 }) / Double(rows)
        // A row lasts for 1 / 0.25 packets, with a deviation of 3.5 in each of some 170.
        #expect(abs(length - 4) < 1.35, "rows of \(length)")
      }
    }

    @Test(arguments: ConformanceTests.emulators)
    func `a channel of four states loses as often as was asked for`(way: PacketWay) async throws {
      try await Two.with { lab in
        let model = LossModel.fourState(
          p13: Ratio(0.02), p31: Ratio(0.2), p32: Ratio(0.2), p23: Ratio(0.4), p14: Ratio(0.02))
        let losses = try losses(model, by: way, lab)
        #expect(abs(rate(losses) - model.rate.fraction) < 0.05, "lost \(rate(losses))")
      }
    }

    @Test(.enabled(if: ConformanceTests.emulators.contains(.queue), "no packets are held in time"))
    func `correlated losses keep their rate, and follow each other as asked for`() async throws {
      try await Two.with { lab in
        let losses = try losses(
          .random(Likelihood(rate: Ratio(0.2), correlation: Ratio(0.5))), by: .queue, lab)
        #expect(abs(rate(losses) - 0.2) < 0.045, "lost \(rate(losses))")
        let pairs = zip(losses, losses.dropFirst()).count { $0 && $1 }
        // Half of what follows a loss is as it was; of the rest a fifth is lost.
        let after = Double(pairs) / Double(losses.count { $0 })
        #expect(abs(after - 0.6) < 0.08, "after a loss \(after)")
      }
    }
  }
}
