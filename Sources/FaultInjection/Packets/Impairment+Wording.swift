import ExperimentModel

// How the ledger and the report write what was asked of packets.

extension Duration {
  /// The duration in the unit that suits it, such as `100ms`.
  var brief: String {
    let units: [(name: String, nanoseconds: Int64)] = [
      ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000),
    ]
    for unit in units where nanoseconds >= unit.nanoseconds {
      return plain(Double(nanoseconds) / Double(unit.nanoseconds)) + unit.name
    }
    return "\(nanoseconds)ns"
  }
}

extension Ratio {
  /// The share in percent, such as `10%`.
  var percentage: String { plain((fraction * 1e8).rounded() / 1e6) + "%" }
}

extension Bandwidth {
  /// The bandwidth in the unit that suits it, such as `1Mbit/s`.
  var brief: String {
    let units: [(name: String, bits: Double)] = [("G", 1e9), ("M", 1e6), ("k", 1e3)]
    for unit in units where bitsPerSecond >= unit.bits {
      return plain(bitsPerSecond / unit.bits) + unit.name + "bit/s"
    }
    return plain(bitsPerSecond) + "bit/s"
  }
}

extension Likelihood {
  /// The share, and the correlation where there is one.
  var settings: [String: String] {
    var settings = ["rate": rate.percentage]
    if correlation.fraction > 0 { settings["correlation"] = correlation.percentage }
    return settings
  }
}

extension LossModel {
  /// Which packets are lost, with their share in the long run.
  var brief: String {
    switch self {
    case .random(let likelihood): "\(likelihood.rate.percentage) of its packets"
    case .gilbertElliott, .fourState: "\(rate.rounded.percentage) of its packets, in bursts"
    }
  }

  /// What was asked.
  var settings: [String: String] {
    switch self {
    case .random(let likelihood):
      likelihood.settings
    case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
      [
        "model": Channel.gilbertElliott.rawValue,
        "to_bad": toBad.percentage, "to_good": toGood.percentage,
        "loss_in_bad": lossInBad.percentage, "loss_in_good": lossInGood.percentage,
      ]
    case .fourState(let p13, let p31, let p32, let p23, let p14):
      [
        "model": Channel.fourState.rawValue,
        "p13": p13.percentage, "p31": p31.percentage, "p32": p32.percentage,
        "p23": p23.percentage, "p14": p14.percentage,
      ]
    }
  }
}

extension Ratio {
  /// The share to a hundredth of a percent.
  fileprivate var rounded: Ratio { Ratio((fraction * 1e4).rounded() / 1e4) }
}

/// A number without a point that nothing follows.
private func plain(_ number: Double) -> String {
  number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
}
