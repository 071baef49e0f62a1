import ExperimentExecution
import Glibc
import LoadGeneration
import Reporting

/// What is said beside the report of a live run: the faults as they come and go, and on a terminal
/// a line that counts requests.
struct RunStream {
  private static let clearLine = "\r\u{1B}[2K"
  /// How much time lies between two drawings of the line, in nanoseconds.
  private static let interval: Int64 = 200_000_000

  private let label: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var lastDrawing: Int64 = 0
  private var isDrawn = false

  /// Colours for a person at a terminal who did not ask for none (no-color.org).
  let style: TextStyle

  init(label: String) {
    self.label = label
    let refusal = getenv("NO_COLOR").map { String(cString: $0) } ?? ""
    style = isatty(STDOUT_FILENO) == 1 && refusal.isEmpty ? .terminal : .plain
  }

  /// Shows how the run goes on.
  mutating func show(_ notice: LiveRun.Notice) {
    switch notice {
    case .began(let fault): say("\(fault) is in force")
    case .ended(let fault): say("\(fault) is over")
    case .healing: say("interrupted: undoing all faults first")
    case .progress(let progress): draw(progress)
    }
  }

  /// Removes the line.
  mutating func finish() {
    if isDrawn { ErrorStream.put(Self.clearLine) }
    isDrawn = false
  }

  private mutating func say(_ sentence: String) {
    finish()
    ErrorStream.say(sentence)
  }

  private mutating func draw(_ progress: LoadProgress) {
    guard isTerminal, progress.elapsed >= lastDrawing + Self.interval else { return }
    lastDrawing = progress.elapsed
    isDrawn = true
    let time = HumaneText.number(Double(progress.elapsed) / 1e9, decimals: 1)
    ErrorStream.put(
      Self.clearLine
        + "\(label)  \(time) s, \(HumaneText.count(progress.ended)) answered,"
        + " \(HumaneText.count(progress.failed)) failed"
        + ", \(HumaneText.count(progress.issued - progress.ended)) in flight (Ctrl-C ends it)")
  }
}
