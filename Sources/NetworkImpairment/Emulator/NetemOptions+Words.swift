import ExperimentModel

extension NetemOptions {
  /// The options as `tc` takes them.
  var words: String {
    let deeds = impairments.map { words(of: $0) }
    return "limit \(limit) \(deeds.joined(separator: " ")) seed \(seed)"
  }

  private func words(of impairment: PacketImpairment) -> String {
    switch impairment {
    case .delay(let delay):
      let shape =
        delay.distribution == .uniform ? "" : " distribution \(delay.distribution.rawValue)"
      return "delay \(delay.by.nanoseconds)ns \(delay.jitter.nanoseconds)ns"
        + " \(percent(delay.correlation))\(shape)"
    case .drop(let model):
      return words(of: model)
    case .duplicate(let likelihood):
      return "duplicate \(words(of: likelihood))"
    case .corrupt(let likelihood):
      return "corrupt \(words(of: likelihood))"
    case .reorder(let likelihood):
      let others = Ratio(1 - likelihood.rate.fraction)
      return "delay \(ImpairmentModel.overtakingSpan)ns reorder \(percent(others))"
        + " \(percent(likelihood.correlation)) gap 1"
    case .throttle(let bandwidth):
      return "rate \(Int(bandwidth.bitsPerSecond))bit"
    }
  }

  private func words(of model: LossModel) -> String {
    switch model {
    case .random(let likelihood):
      "loss \(words(of: likelihood))"
    case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
      "loss gemodel " + [toBad, toGood, lossInBad, lossInGood].map(percent).joined(separator: " ")
    case .fourState(let p13, let p31, let p32, let p23, let p14):
      "loss state " + [p13, p31, p32, p23, p14].map(percent).joined(separator: " ")
    }
  }

  private func words(of likelihood: Likelihood) -> String {
    "\(percent(likelihood.rate)) \(percent(likelihood.correlation))"
  }

  private func percent(_ ratio: Ratio) -> String { "\(ratio.fraction * 100)%" }
}
