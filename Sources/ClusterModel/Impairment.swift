import ExperimentModel
import SimulationEngine

/// What a fault does to the packets of one target while it is in force, with netem's arithmetic
/// (`tc-netem(8)`).
struct Impairment: BitwiseCopyable {
  private let kind: Kind
  private let correlation: Double
  /// How many of its occurrences are in force.
  var inForce: Int32 = 0
  /// The latest draw, which the next one follows; negative before the first.
  private var last = -1.0
  /// The state of a channel with memory.
  private var channel = Channel.good
  /// When all that it has taken in has left.
  private var free = Instant.zero

  private enum Kind: BitwiseCopyable {
    case delay(mean: Double, jitter: Double, PacketDelay.Shape)
    case drop(Double)
    case gilbertElliott(toBad: Double, toGood: Double, lossInBad: Double, lossInGood: Double)
    case fourState(p13: Double, p31: Double, p32: Double, p23: Double, p14: Double)
    case duplicate(Double)
    case reorder(Double)
    case throttle(nanosecondsPerByte: Double)
    case cut
  }

  private enum Channel: UInt8, BitwiseCopyable { case good, bad, burstGap, isolated }

  /// A message on its way over a wire.
  struct Passage: BitwiseCopyable {
    let packets: Int
    /// Whether it opens a connection: too short to keep others waiting, though it waits for them.
    let isEmpty: Bool
    /// The bytes that are sent, heads included.
    var bytes: Double
    /// When it has left all that it had to queue for.
    var departs: Instant
    /// What faults add to the latency, in nanoseconds.
    var added = 0.0
    /// Whether it overtakes what faults delay.
    var overtakes = false
    var isLost = false
    /// Whether nothing gets through, so that no later packet tells of the loss.
    var isCut = false

    /// Lets it wait until a transmitter is free, and occupies that.
    mutating func queue(for free: inout Instant, nanosecondsPerByte: Double) {
      departs = max(departs, free)
      if isEmpty { return }
      free = departs + Nanoseconds(nearest: bytes * nanosecondsPerByte)
      departs = free
    }
  }

  init(_ impairment: PacketImpairment) {
    var correlation = Ratio(0)
    switch impairment {
    case .delay(let delay):
      kind = .delay(
        mean: Double(delay.by.nanoseconds), jitter: Double(delay.jitter.nanoseconds),
        delay.distribution)
      correlation = delay.correlation
    case .drop(.random(let likelihood)), .corrupt(let likelihood):
      // TCP's checksum turns a flipped bit into a loss.
      kind = .drop(likelihood.rate.fraction)
      correlation = likelihood.correlation
    case .drop(.gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood)):
      kind = .gilbertElliott(
        toBad: toBad.fraction, toGood: toGood.fraction, lossInBad: lossInBad.fraction,
        lossInGood: lossInGood.fraction)
    case .drop(.fourState(let p13, let p31, let p32, let p23, let p14)):
      kind = .fourState(
        p13: p13.fraction, p31: p31.fraction, p32: p32.fraction, p23: p23.fraction,
        p14: p14.fraction)
    case .duplicate(let likelihood):
      kind = .duplicate(likelihood.rate.fraction)
      correlation = likelihood.correlation
    case .reorder(let likelihood):
      kind = .reorder(likelihood.rate.fraction)
      correlation = likelihood.correlation
    case .throttle(let bandwidth):
      kind = .throttle(nanosecondsPerByte: 8e9 / bandwidth.bitsPerSecond)
    }
    self.correlation = correlation.fraction
  }

  private init(_ kind: Kind) {
    self.kind = kind
    correlation = 0
  }

  /// One that lets nothing pass.
  static var cut: Impairment { Impairment(.cut) }

  /// What it adds to a packet's latency on average, in nanoseconds.
  var meanDelay: Double {
    if inForce > 0, case .delay(let mean, _, _) = kind { mean } else { 0 }
  }

  /// Takes hold of a message.
  mutating func impair(_ passage: inout Passage, _ stream: inout RandomStream) {
    switch kind {
    case .delay(let mean, let jitter, let shape):
      let offset = jitter == 0 ? 0 : jitter * Impairment.offset(shape, draw(&stream), &stream)
      if !passage.overtakes { passage.added += max(0, mean + offset) }
    case .drop(let rate):
      if happens(rate, to: passage, &stream) { passage.isLost = true }
    case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
      for _ in 0..<passage.packets {
        let isBad = channel == .bad
        if stream.uniform() < (isBad ? toGood : toBad) { channel = isBad ? .good : .bad }
        let loss = channel == .bad ? lossInBad : lossInGood
        if stream.uniform() < loss { passage.isLost = true }
      }
    case .fourState:
      for _ in 0..<passage.packets where isLostInFourStates(&stream) { passage.isLost = true }
    case .duplicate(let rate):
      // The copy is thrown away where it arrives; on its way it takes the place of another packet.
      if happens(rate, to: passage, &stream) { passage.bytes *= 2 }
    case .reorder(let rate):
      if draw(&stream) < rate { passage.overtakes = true }
    case .throttle(let nanosecondsPerByte):
      passage.queue(for: &free, nanosecondsPerByte: nanosecondsPerByte)
    case .cut:
      passage.isLost = true
      passage.isCut = true
    }
  }

  /// Whether it overtakes or loses packets, which is decided before anything delays them.
  var comesFirst: Bool {
    switch kind {
    case .reorder, .drop, .gilbertElliott, .fourState, .cut, .duplicate: true
    case .delay, .throttle: false
    }
  }

  /// Whether what has a rate for each packet happens to any packet of a message.
  private mutating func happens(
    _ rate: Double, to passage: Passage, _ stream: inout RandomStream
  ) -> Bool {
    draw(&stream) < Impairment.chance(rate, of: passage.packets)
  }

  /// The chance that what has a rate for each packet happens to any of so many.
  static func chance(_ rate: Double, of packets: Int) -> Double {
    packets == 1 ? rate : 1 - Elementary.pow(1 - rate, Double(packets))
  }

  /// A number from 0 to 1 that follows the one before: with the chance of the correlation it is the
  /// same, else a fresh one, so that the shares stay what was asked for (`Docs/Decisions/0032`).
  private mutating func draw(_ stream: inout RandomStream) -> Double {
    let repeats = correlation > 0 && stream.uniform() < correlation && last >= 0
    if !repeats { last = stream.uniform() }
    return last
  }

  /// A step of the channel of Salsano, Ludovici, Ordine and Giannuzzi ("Definition of a general
  /// and intuitive loss model for packet networks", 2012): a good state, a burst, gaps in the
  /// burst, and single losses.
  private mutating func isLostInFourStates(_ stream: inout RandomStream) -> Bool {
    guard case .fourState(let p13, let p31, let p32, let p23, let p14) = kind else { return false }
    let drawn = stream.uniform()
    switch channel {
    case .good: channel = drawn < p14 ? .isolated : drawn < p14 + p13 ? .bad : .good
    case .bad: channel = drawn < p32 ? .burstGap : drawn < p32 + p31 ? .good : .bad
    case .burstGap: channel = drawn < p23 ? .bad : .burstGap
    case .isolated: channel = .good
    }
    return channel == .bad || channel == .isolated
  }

  /// How far a delay lies from its mean, in units of the jitter, for a number from 0 to 1.
  ///
  /// netem's tables are clipped to four deviations. That of `pareto` has shape 3, mean 0 and the
  /// scale 4/3; `paretonormal` is a quarter of a normal and three quarters of a Pareto variable
  /// (iproute2, `netem/pareto.c`, `netem/paretonormal.c`).
  private static func offset(
    _ shape: PacketDelay.Shape, _ drawn: Double, _ stream: inout RandomStream
  ) -> Double {
    switch shape {
    case .uniform: 2 * drawn - 1
    case .normal: clipped(normal(drawn))
    case .pareto: clipped(pareto(drawn))
    case .paretonormal: clipped(0.25 * normal(stream.uniform()) + 0.75 * pareto(drawn))
    }
  }

  private static func clipped(_ offset: Double) -> Double { min(4, max(-4, offset)) }

  private static func pareto(_ drawn: Double) -> Double {
    (Elementary.pow(max(1 - drawn, 1e-6), -1 / 3.0) - 1.5) * 4 / 3
  }

  /// The quantile of the standard normal distribution to 0.0005.
  ///
  /// It is formula 26.2.23 of Abramowitz and Stegun, "Handbook of Mathematical Functions".
  private static func normal(_ drawn: Double) -> Double {
    let tail = max(min(drawn, 1 - drawn), 1e-12)
    let t = (-2 * Elementary.log(tail)).squareRoot()
    let above = 2.515517 + t * (0.802853 + t * 0.010328)
    let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    let quantile = t - above / below
    return drawn < 0.5 ? -quantile : quantile
  }
}
