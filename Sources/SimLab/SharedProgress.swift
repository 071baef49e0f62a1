import Reporting
import Synchronization

/// A progress line that several threads move on.
final class SharedProgress: Sendable {
  // The line's own closure writes to standard error and holds nothing.
  private struct Line: @unchecked Sendable { var line: ProgressLine }
  private let line: Mutex<Line>
  /// Whether anybody looks on.
  private let isShown: Bool

  init(_ line: ProgressLine, isShown: Bool) {
    self.line = Mutex(Line(line: line))
    self.isShown = isShown
  }

  func update(_ fraction: Double) {
    if isShown { line.withLock { $0.line.update(fraction) } }
  }

  /// Notes that all up to a fraction was done before.
  func resume(from fraction: Double) { line.withLock { $0.line.resume(from: fraction) } }

  func finish() { line.withLock { $0.line.finish() } }
}
