/// Which packets are lost.
public enum LossModel: Sendable, Hashable, Codable {
  /// Each packet with the same chance.
  case random(Likelihood)
  /// The Gilbert-Elliott channel: a good and a bad state, with the chances to leave each, and the
  /// chance of a loss in each.
  case gilbertElliott(toBad: Ratio, toGood: Ratio, lossInBad: Ratio, lossInGood: Ratio)
  /// The four-state Markov channel of Salsano et al. (2009), with netem's transition chances.
  case fourState(p13: Ratio, p31: Ratio, p32: Ratio, p23: Ratio, p14: Ratio)
}

extension LossModel {
  /// The names of the channels that lose packets in bursts.
  public enum Channel: String, Sendable, CaseIterable {
    case gilbertElliott = "gilbert-elliott"
    case fourState = "four-state"
  }

  /// The share of packets that are lost in the long run.
  ///
  /// It is the chance of a loss in each state, weighted by the stationary distribution of the
  /// channel's chain.
  public var rate: Ratio {
    switch self {
    case .random(let likelihood):
      return likelihood.rate
    case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
      let bad = toBad.fraction / (toBad.fraction + toGood.fraction)
      return Ratio(bad * lossInBad.fraction + (1 - bad) * lossInGood.fraction)
    case .fourState(let p13, let p31, let p32, let p23, let p14):
      // How long the chain is in each state for each visit to the good one.
      let burst = p13.fraction / p31.fraction
      let burstGap = p32.fraction > 0 ? burst * p32.fraction / p23.fraction : 0
      let lost = burst + p14.fraction
      return Ratio(lost / (1 + burstGap + lost))
    }
  }

  /// What makes it impossible, as a sentence without its full stop; nil when it can be.
  public var flaw: String? {
    switch self {
    case .random:
      return nil
    case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
      if toBad.fraction == 0 { return "the chance to become bad must be more than 0%" }
      if toGood.fraction == 0 { return "the chance to become good must be more than 0%" }
      return lossInBad.fraction + lossInGood.fraction == 0 ? "one of the states must lose" : nil
    case .fourState(let p13, let p31, let p32, let p23, let p14):
      if p13.fraction == 0 || p31.fraction == 0 { return "p13 and p31 must be more than 0%" }
      if p32.fraction > 0, p23.fraction == 0 { return "p23 must be more than 0% where p32 is" }
      if p13.fraction + p14.fraction > 1 { return "p13 and p14 must not exceed 100% together" }
      return p31.fraction + p32.fraction > 1 ? "p31 and p32 must not exceed 100% together" : nil
    }
  }
}
