/// A line that shows how far a computation has come, redrawn in place.
///
/// It draws through a closure and only makes the text: whether there is a terminal to draw on is
/// for the command to find out.
public struct ProgressLine {
  /// The shortest time between two drawings; more would only cost the reader's eye.
  public static let interval: Duration = .milliseconds(100)

  private static let barWidth = 30
  private static let erasure = "\r\u{1B}[2K"

  private let label: String
  private let draw: (String) -> Void
  private let start: ContinuousClock.Instant
  /// The fraction from which the time left is estimated, and when it was reached.
  private var base: (fraction: Double, time: ContinuousClock.Instant)
  private var lastDrawing: ContinuousClock.Instant?

  /// Makes a line that nothing is drawn of yet; the first drawing waits for one interval, so that
  /// what is quick draws nothing.
  public init(
    label: String, startedAt start: ContinuousClock.Instant = .now,
    draw: @escaping (String) -> Void
  ) {
    self.label = label.printable.truncated(toWidth: 30)
    self.start = start
    base = (0, start)
    self.draw = draw
  }

  /// Notes that all up to a fraction was done before, so that it says nothing about the time left.
  public mutating func resume(
    from fraction: Double, at now: ContinuousClock.Instant = .now
  ) {
    base = (fraction, now)
  }

  /// Draws the line for a fraction from 0 to 1, unless that was done a moment ago.
  public mutating func update(_ fraction: Double, at now: ContinuousClock.Instant = .now) {
    guard now - (lastDrawing ?? start) >= Self.interval else { return }
    lastDrawing = now
    draw(Self.erasure + text(fraction, elapsed: now - base.time))
  }

  /// Removes the line, if one was drawn.
  public mutating func finish() {
    guard lastDrawing != nil else { return }
    lastDrawing = nil
    draw(Self.erasure)
  }

  private func text(_ fraction: Double, elapsed: Duration) -> String {
    let fraction = min(max(fraction, 0), 1)
    let bar = HumaneText.bar(fraction, width: Self.barWidth)
    let percent = HumaneText.number((fraction * 100).rounded(.down), decimals: 0)
    let line = "\(label) │\(bar)│ \(percent)%"
    // An estimate from the first moments would only jump.
    let done = fraction - base.fraction
    guard done > 0.02 * (1 - base.fraction), elapsed >= .seconds(1) else { return line }
    let left = (elapsed * ((1 - fraction) / done)).components.seconds + 1
    return line + ", \(HumaneText.count(left)) s left"
  }
}
