import ExperimentModel
import NetworkImpairment
import Testing

/// What becomes of packets, without a kernel.
struct ModelTests {
  private func fates(
    _ impairment: PacketImpairment, _ count: Int = 100_000, seed: UInt64 = 1
  ) -> [PacketFate] {
    var model = ImpairmentModel(impairment, seed: seed)
    return (0..<count).map { model.fate(now: UInt64($0) * 1_000_000, bytes: 100) }
  }

  private func lost(_ model: LossModel) -> [Bool] { fates(.drop(model)).map { $0.due == nil } }

  @Test(arguments: [0, 0.25, 0.75])
  func `losses keep their rate, whatever their correlation`(correlation: Double) {
    let losses = lost(
      .random(Likelihood(rate: Ratio(0.1), correlation: Ratio(correlation))))
    let rate = Double(losses.count { $0 }) / 1e5
    #expect(abs(rate - 0.1) < 0.01)
    let pairs = zip(losses, losses.dropFirst()).count { $0 && $1 }
    // Of what follows a loss: the share c is the same, the rest is drawn anew.
    let after = Double(pairs) / Double(losses.count { $0 })
    #expect(abs(after - (correlation + (1 - correlation) * 0.1)) < 0.02)
  }

  private static let channels = [
    LossModel.gilbertElliott(
      toBad: Ratio(0.01), toGood: Ratio(0.09), lossInBad: Ratio(0.8), lossInGood: Ratio(0.01)),
    .fourState(
      p13: Ratio(0.01), p31: Ratio(0.1), p32: Ratio(0.2), p23: Ratio(0.3), p14: Ratio(0.02)),
  ]

  @Test(arguments: channels)
  func `a channel loses as often as its states last`(channel: LossModel) {
    #expect(abs(Double(lost(channel).count { $0 }) / 1e5 - channel.rate.fraction) < 0.01)
  }

  @Test func `the share of losses is that of the stationary chain`() {
    // Bad for 0.01 / (0.01 + 0.09) of the time.
    #expect(abs(Self.channels[0].rate.fraction - (0.1 * 0.8 + 0.9 * 0.01)) < 1e-12)
    // For each visit to the good state: 0.1 in the burst, 0.0667 in its gaps, 0.02 single losses.
    #expect(abs(Self.channels[1].rate.fraction - 0.12 / (1.12 + 0.2 / 3)) < 1e-12)
  }

  @Test func `losses of a Gilbert channel come in rows, as long as its bad state lasts`() {
    let losses = lost(
      .gilbertElliott(
        toBad: Ratio(0.02), toGood: Ratio(0.25), lossInBad: Ratio(1), lossInGood: Ratio(0)))
    let rows = zip([false] + losses, losses).count { !$0 && $1 }
    // A row has 1 / 0.25 packets on average.
    #expect(abs(Double(losses.count { $0 }) / Double(rows) - 4) < 0.3)
  }

  @Test(arguments: [
    LossModel.gilbertElliott(
      toBad: Ratio(0), toGood: Ratio(0.1), lossInBad: Ratio(1), lossInGood: Ratio(0)),
    .gilbertElliott(
      toBad: Ratio(0.1), toGood: Ratio(0), lossInBad: Ratio(1), lossInGood: Ratio(0)),
    .fourState(p13: Ratio(0.1), p31: Ratio(0.7), p32: Ratio(0.4), p23: Ratio(1), p14: Ratio(0)),
    .fourState(p13: Ratio(0.1), p31: Ratio(0.1), p32: Ratio(0.4), p23: Ratio(0), p14: Ratio(0)),
  ])
  func `a channel that cannot be has a flaw`(channel: LossModel) {
    #expect(channel.flaw != nil)
  }

  @Test func `several impairments come one after the other`() {
    var chain = ImpairmentChain(
      [
        .drop(.random(Likelihood(rate: Ratio(0.25)))), .throttle(Bandwidth(bitsPerSecond: 8000)),
        .delay(PacketDelay(by: .milliseconds(40))),
      ], seed: 1)
    let due = (0..<400).map { _ in chain.fate(now: 0, bytes: 100).due }
    let kept = due.compactMap { $0 }
    #expect(abs(kept.count - 300) < 40)
    // Each of those that are left takes 100 ms of the bandwidth, and then 40 ms.
    #expect(kept == kept.indices.map { UInt64($0 + 1) * 100_000_000 + 40_000_000 })
  }

  @Test(arguments: PacketDelay.Shape.allCases)
  func `delays have their mean, correlated or not`(shape: PacketDelay.Shape) {
    for correlation in [0, 0.5] {
      let delay = PacketDelay(
        by: .milliseconds(100), jitter: .milliseconds(5), correlation: Ratio(correlation),
        distribution: shape)
      let added = fates(.delay(delay)).enumerated().map { index, fate in
        Double((fate.due ?? 0) - UInt64(index) * 1_000_000) / 1e6
      }
      #expect(abs(added.reduce(0, +) / 1e5 - 100) < 0.2)
    }
  }

  @Test func `the same seed has the same fates, and another one others`() {
    let likelihood = PacketImpairment.corrupt(Likelihood(rate: Ratio(0.3)))
    #expect(fates(likelihood, 1000, seed: 5) == fates(likelihood, 1000, seed: 5))
    #expect(fates(likelihood, 1000, seed: 5) != fates(likelihood, 1000, seed: 6))
  }

  @Test func `a bandwidth lets packets through one after the other, and loses what is too much`() {
    var model = ImpairmentModel(.throttle(Bandwidth(bitsPerSecond: 8000)), seed: 1)
    let due = (0..<1200).map { _ in model.fate(now: 0, bytes: 100).due }
    #expect(due[0] == 100_000_000)
    #expect(due[9] == 1_000_000_000)
    #expect(due.count { $0 == nil } == 200)
  }

  @Test(arguments: [
    ("198.18.0.1", "198.18.0.1"), ("198.18.77.9/15", "198.18.0.0/15"), ("fd00::1", "fd00::1"),
    ("FD00:0:0::1/16", "fd00::/16"), ("0.0.0.0/0", "0.0.0.0/0"), ("10.0.0.1/32", "10.0.0.1"),
  ])
  func `an address is read, and bits behind its prefix are cleared`(text: String, block: String) {
    #expect(AddressBlock(text)?.description == block)
  }

  @Test(arguments: [
    "", "web", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "::/129", "1.2.3.4/8/8", "1.2.3.4/+8",
  ])
  func `what is no address is refused`(text: String) {
    #expect(AddressBlock(text) == nil)
  }
}
