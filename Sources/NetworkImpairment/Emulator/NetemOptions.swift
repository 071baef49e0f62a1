import ExperimentModel

/// The options of one `netem` qdisc, as bytes of the kernel's interface.
///
/// `NetemOptions+Words.swift` has them as words of `tc`.
struct NetemOptions {
  /// How many packets at most are under way for each second of delay.
  ///
  /// The emulator drops what exceeds its limit, which nobody has asked for.
  static let packetsPerSecond = 200_000.0

  /// The attributes `TCA_NETEM_…` of `<linux/pkt_sched.h>`.
  private enum Attribute: UInt32 {
    case correlations = 1, delayTable, reorder, corrupt, loss, rate
    case rate64 = 8
    case latency = 10, jitter
    /// Since Linux 6.7; older kernels pass it over.
    case seed = 14
  }

  /// The attributes `NETEM_LOSS_…` inside of `loss`.
  private enum LossAttribute: UInt32 {
    case fourState = 1, gilbertElliott
  }

  /// What it does, at most one of each kind.
  let impairments: [PacketImpairment]
  let seed: UInt64

  /// How many packets it holds at most.
  var limit: UInt32 {
    let limits = impairments.map { impairment -> UInt32 in
      guard case .delay(let delay) = impairment else {
        return UInt32(ImpairmentModel.longestQueue)
      }
      let longest = delay.by.inSeconds + 4 * delay.jitter.inSeconds
      return UInt32(max(10_000, min(1e9, longest * Self.packetsPerSecond)))
    }
    return limits.max() ?? 0
  }

  /// Writes `struct tc_netem_qopt` and the attributes behind it.
  func write(to message: inout NetlinkMessage) {
    var (loss, duplicate, gap) = (UInt32(0), UInt32(0), UInt32(0))
    // Of the delay, of losses and of duplicates.
    var correlations: [UInt32] = [0, 0, 0]
    for impairment in impairments {
      switch impairment {
      case .delay(let delay):
        correlations[0] = Self.share(delay.correlation)
      case .drop(.random(let likelihood)):
        loss = Self.share(likelihood.rate)
        correlations[1] = Self.share(likelihood.correlation)
      case .duplicate(let likelihood):
        duplicate = Self.share(likelihood.rate)
        correlations[2] = Self.share(likelihood.correlation)
      case .reorder: gap = 1
      case .drop, .corrupt, .throttle: break
      }
    }
    // The fields for delays are in ticks of old; the attributes in nanoseconds take their place.
    for field in [0, limit, loss, gap, duplicate, 0] { message.append(field) }
    message.attribute(Attribute.correlations, words: correlations)
    for impairment in impairments { write(impairment, to: &message) }
    message.attribute(Attribute.seed, seed)
  }

  private func write(_ impairment: PacketImpairment, to message: inout NetlinkMessage) {
    switch impairment {
    case .delay(let delay): write(delay, to: &message)
    case .drop(let model): write(model, to: &message)
    case .duplicate: break
    case .corrupt(let likelihood):
      message.attribute(
        Attribute.corrupt, words: [Self.share(likelihood.rate), Self.share(likelihood.correlation)])
    case .reorder(let likelihood):
      // The emulator asks for the share of those that are sent at once: the others.
      let others = Ratio(1 - likelihood.rate.fraction)
      message.attribute(Attribute.latency, Int64(ImpairmentModel.overtakingSpan))
      message.attribute(
        Attribute.reorder, words: [Self.share(others), Self.share(likelihood.correlation)])
    case .throttle(let bandwidth):
      let bytes = UInt64(max(1, bandwidth.bitsPerSecond / 8))
      message.attribute(Attribute.rate64, bytes)
      message.attribute(Attribute.rate, words: [UInt32(clamping: bytes), 0, 0, 0])
    }
  }

  private func write(_ delay: PacketDelay, to message: inout NetlinkMessage) {
    message.attribute(Attribute.latency, delay.by.nanoseconds)
    guard delay.jitter != .zero else { return }
    message.attribute(Attribute.jitter, delay.jitter.nanoseconds)
    // Without a table the emulator draws uniformly.
    guard delay.distribution != .uniform else { return }
    let table = Self.table(of: delay.distribution)
    message.attribute(Attribute.delayTable, bytes: table.withUnsafeBytes { Array($0) })
  }

  private func write(_ model: LossModel, to message: inout NetlinkMessage) {
    switch model {
    case .random:
      break
    case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
      message.nested(Attribute.loss) { loss in
        // The emulator asks how much passes in the bad state.
        let passing = Ratio(1 - lossInBad.fraction)
        let shares = [toBad, toGood, passing, lossInGood].map(Self.share)
        loss.attribute(LossAttribute.gilbertElliott, words: shares)
      }
    case .fourState(let p13, let p31, let p32, let p23, let p14):
      message.nested(Attribute.loss) { loss in
        loss.attribute(LossAttribute.fourState, words: [p13, p31, p32, p14, p23].map(Self.share))
      }
    }
  }

  /// A share as the emulator counts it: of 2³² − 1.
  private static func share(_ ratio: Ratio) -> UInt32 {
    UInt32((ratio.fraction * Double(UInt32.max)).rounded())
  }

  /// The quantiles of a shape, with the emulator's scale of 8192 for one deviation.
  static func table(of shape: PacketDelay.Shape) -> [Int16] {
    (0..<DelayShape.entries).map { index in
      let u = (Double(index) + 0.5) / Double(DelayShape.entries)
      return Int16(clamping: Int((DelayShape.quantile(u, of: shape) * 8192).rounded()))
    }
  }
}

extension NetlinkMessage {
  /// Adds an attribute that holds several numbers.
  mutating func attribute(_ kind: some RawRepresentable<UInt32>, words: [UInt32]) {
    attribute(kind, bytes: words.withUnsafeBytes { Array($0) })
  }
}
