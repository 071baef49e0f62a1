import Reporting
import Synchronization

/// A progress line that several threads move on.
final class SharedProgress: Sendable {
  // The line's own closure writes to standard error and holds nothing.
  private struct Line: @unchecked Sendable { var line: ProgressLine }
  private let line: Mutex<Line>

  init(_ line: ProgressLine) { self.line = Mutex(Line(line: line)) }

  func update(_ fraction: Double) { line.withLock { $0.line.update(fraction) } }

  func finish() { line.withLock { $0.line.finish() } }
}
