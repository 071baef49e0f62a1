import ExperimentModel
import Reporting

extension Fault {
  /// What is asked for, with the unit last in each name.
  var asked: [String: LiveReport.Value] {
    switch self {
    case .kill(let signal, _): ["signal": .word(signal)]
    case .stop, .pause: [:]
    case .fail(let rate, let status):
      ["rate": .number(rate.fraction), "status": .number(Double(status))]
    case .impair(let impairment, let filter):
      impairment.asked.merging(filter.asked) { old, _ in old }
    case .degrade(let profile, let filter):
      (profile.impairments.map(\.asked) + [filter.asked]).reduce(
        into: ["profile": .word(profile.rawValue)]
      ) { all, asked in all.merge(asked) { old, _ in old } }
    case .partition(let others, let isOneWay):
      ["from": .word(others.joined(separator: ", "))]
        .merging(isOneWay ? ["one_way": .word("true")] : [:]) { old, _ in old }
    case .limitCPU(let cores): ["cpus": .number(cores.count)]
    case .burnCPU(let cores): ["burn": .number(cores.count)]
    case .limitMemory(let amount): ["limit_bytes": .number(Double(amount.bytes))]
    case .fillMemory(let amount): ["fill_bytes": .number(Double(amount.bytes))]
    }
  }
}

extension PacketImpairment {
  fileprivate var asked: [String: LiveReport.Value] {
    switch self {
    case .delay(let delay):
      return ["by_ms": .number(delay.by.inSeconds * 1000)]
        .merging(
          delay.jitter == .zero ? [:] : ["jitter_ms": .number(delay.jitter.inSeconds * 1000)]
        ) { old, _ in old }
    case .drop(.random(let likelihood)), .duplicate(let likelihood), .corrupt(let likelihood),
      .reorder(let likelihood):
      return likelihood.asked
    case .drop(.gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood)):
      return LossModel.Channel.gilbertElliott.asked([
        "to_bad": toBad, "to_good": toGood, "loss_in_bad": lossInBad, "loss_in_good": lossInGood,
      ])
    case .drop(.fourState(let p13, let p31, let p32, let p23, let p14)):
      return LossModel.Channel.fourState.asked([
        "p13": p13, "p31": p31, "p32": p32, "p23": p23, "p14": p14,
      ])
    case .throttle(let bandwidth):
      return ["bandwidth_bits_per_s": .number(bandwidth.bitsPerSecond)]
    }
  }
}

extension LossModel.Channel {
  fileprivate func asked(_ chances: [String: Ratio]) -> [String: LiveReport.Value] {
    chances.mapValues { .number($0.fraction) }.merging(["model": .word(rawValue)]) { old, _ in old }
  }
}

extension Likelihood {
  fileprivate var asked: [String: LiveReport.Value] {
    var asked: [String: LiveReport.Value] = ["rate": .number(rate.fraction)]
    if correlation.fraction > 0 { asked["correlation"] = .number(correlation.fraction) }
    return asked
  }
}

extension PacketFilter {
  fileprivate var asked: [String: LiveReport.Value] {
    var asked: [String: LiveReport.Value] = [:]
    if direction != .egress { asked["direction"] = .word(direction.rawValue) }
    if !peers.isEmpty { asked["peer"] = .word(peers.joined(separator: ", ")) }
    if let port { asked["port"] = .number(Double(port)) }
    if let transport { asked["protocol"] = .word(transport.rawValue) }
    return asked
  }
}
