import ExperimentModel

/// What becomes of one packet.
package struct PacketFate: Hashable {
  /// When it goes on, in nanoseconds of the clock that was asked with; nil when it is lost.
  package var due: UInt64?
  /// Whether a copy of it follows at once.
  package var isDuplicated = false
  /// Which of its bits is flipped, modulo how many there are; nil for none.
  package var flippedBit: UInt64?
}

/// What an impairment makes of packets, one after the other.
///
/// It knows no clock and no kernel: the same seed and the same packets have the same fates.
package struct ImpairmentModel {
  /// How long a packet that is to be overtaken is held back, in nanoseconds.
  static let overtakingSpan = UInt64(PacketImpairment.overtakingSpan.nanoseconds)
  /// How many packets at most wait behind a bandwidth, as many as netem takes.
  static let longestQueue = 1000

  private let impairment: PacketImpairment
  private var dice: PacketDice
  private var previousEvent = false
  private var previousNormal = 0.0
  private var hasPrevious = false
  /// The state of a loss channel: 1 is the good one.
  private var channelState = 1
  /// When packets behind the bandwidth go on, the oldest first.
  private var departures: [UInt64] = []
  private var firstDeparture = 0
  private var lastDeparture: UInt64 = 0

  /// Makes a model.
  package init(_ impairment: PacketImpairment, seed: UInt64) {
    self.impairment = impairment
    dice = PacketDice(seed: seed)
  }

  /// Whether packets always go on in the order in which they came.
  var keepsOrder: Bool {
    switch impairment {
    case .delay(let delay): delay.jitter == .zero
    case .reorder: false
    case .drop, .duplicate, .corrupt, .throttle: true
    }
  }

  /// Whether the bytes of packets are needed, and not only their length.
  var needsBytes: Bool {
    switch impairment {
    case .duplicate, .corrupt: true
    case .delay, .drop, .reorder, .throttle: false
    }
  }

  /// Whether every packet fares alike, so that many may be treated as one.
  var treatsAllAlike: Bool {
    if case .delay(let delay) = impairment { delay.jitter == .zero } else { false }
  }

  /// The fate of a packet of so many bytes that is there now.
  package mutating func fate(now: UInt64, bytes: Int) -> PacketFate {
    switch impairment {
    case .delay(let delay):
      return PacketFate(due: now + draw(delay))
    case .drop(let model):
      return PacketFate(due: isLost(model) ? nil : now)
    case .duplicate(let likelihood):
      return PacketFate(due: now, isDuplicated: happens(likelihood))
    case .corrupt(let likelihood):
      return PacketFate(due: now, flippedBit: happens(likelihood) ? dice.bits() : nil)
    case .reorder(let likelihood):
      return PacketFate(due: happens(likelihood) ? now + Self.overtakingSpan : now)
    case .throttle(let bandwidth):
      return PacketFate(due: departure(now, bytes, bandwidth))
    }
  }

  /// A delay in nanoseconds, never negative.
  ///
  /// Correlated draws follow a normal sequence of the first order, so that the share of each delay
  /// stays what the shape says.
  private mutating func draw(_ delay: PacketDelay) -> UInt64 {
    guard delay.jitter != .zero else { return UInt64(delay.by.nanoseconds) }
    var u = dice.unit()
    let correlation = delay.correlation.fraction
    if correlation > 0 {
      let fresh = DelayShape.normal(u)
      previousNormal =
        hasPrevious
        ? correlation * previousNormal + (1 - correlation * correlation).squareRoot() * fresh
        : fresh
      hasPrevious = true
      u = min(max(DelayShape.normalShare(previousNormal), 1e-12), 1 - 1e-12)
    }
    let offset = DelayShape.quantile(u, of: delay.distribution)
    let nanoseconds = Double(delay.by.nanoseconds) + offset * Double(delay.jitter.nanoseconds)
    return UInt64(max(0, nanoseconds))
  }

  /// Whether it happens to this packet.
  ///
  /// With the chance of the correlation it is as with the packet before, else it is drawn anew: so
  /// the share stays what was asked for, whatever the correlation.
  private mutating func happens(_ likelihood: Likelihood) -> Bool {
    let correlation = likelihood.correlation.fraction
    let repeats = correlation > 0 && dice.unit() < correlation && hasPrevious
    if !repeats { previousEvent = dice.unit() < likelihood.rate.fraction }
    hasPrevious = true
    return previousEvent
  }

  private mutating func isLost(_ model: LossModel) -> Bool {
    switch model {
    case .random(let likelihood):
      return happens(likelihood)
    case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
      let isBad = channelState != 1
      if dice.unit() < (isBad ? toGood : toBad).fraction { channelState = isBad ? 1 : 2 }
      return dice.unit() < (channelState == 1 ? lossInGood : lossInBad).fraction
    case .fourState(let p13, let p31, let p32, let p23, let p14):
      return stepFourStates(
        p13.fraction, p31.fraction, p32.fraction, p23.fraction, p14.fraction)
    }
  }

  /// One step of the channel of Salsano et al.: 1 gap, good; 2 burst, good; 3 burst, lost; 4 gap,
  /// lost once.
  private mutating func stepFourStates(
    _ p13: Double, _ p31: Double, _ p32: Double, _ p23: Double, _ p14: Double
  ) -> Bool {
    let u = dice.unit()
    switch channelState {
    case 1:
      if u < p14 { channelState = 4 } else if u < p14 + p13 { channelState = 3 }
    case 2:
      if u < p23 { channelState = 3 }
    case 3:
      if u < p32 { channelState = 2 } else if u < p32 + p31 { channelState = 1 }
    default:
      channelState = 1
    }
    return channelState == 3 || channelState == 4
  }

  /// When a packet is through a pipe of this bandwidth, behind all before it; nil when too many
  /// wait already.
  private mutating func departure(
    _ now: UInt64, _ bytes: Int, _ bandwidth: Bandwidth
  ) -> UInt64? {
    while firstDeparture < departures.count, departures[firstDeparture] <= now {
      firstDeparture += 1
    }
    guard departures.count - firstDeparture < Self.longestQueue else { return nil }
    if firstDeparture > Self.longestQueue {
      departures.removeFirst(firstDeparture)
      firstDeparture = 0
    }
    let span = Double(bytes * 8) * 1e9 / bandwidth.bitsPerSecond
    lastDeparture = max(now, lastDeparture) + UInt64(min(span, 1e18))
    departures.append(lastDeparture)
    return lastDeparture
  }
}
