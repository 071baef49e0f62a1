import Reporting
import Testing

struct ProgressLineTests {
  /// What a line drew, in order.
  private final class Canvas {
    var drawings: [String] = []
  }

  @Test func `the line is drawn ten times a second at most and erased at the end`() {
    let (canvas, start) = (Canvas(), ContinuousClock.now)
    var line = ProgressLine(label: "runs", startedAt: start) { canvas.drawings.append($0) }
    for millisecond in 0..<1000 {
      line.update(Double(millisecond) / 1000, at: start + .milliseconds(millisecond))
    }
    line.finish()
    #expect(canvas.drawings.count == 10)
    #expect(canvas.drawings.last == "\r\u{1B}[2K")
    #expect(canvas.drawings[4].contains(" 50%"))
  }

  @Test func `what is quick draws nothing`() {
    let (canvas, start) = (Canvas(), ContinuousClock.now)
    var line = ProgressLine(label: "runs", startedAt: start) { canvas.drawings.append($0) }
    line.update(0.5, at: start + .milliseconds(50))
    line.finish()
    #expect(canvas.drawings.isEmpty)
  }

  @Test func `the time left is estimated once there is something to go by`() {
    let (canvas, start) = (Canvas(), ContinuousClock.now)
    var line = ProgressLine(label: "runs", startedAt: start) { canvas.drawings.append($0) }
    line.update(0.25, at: start + .seconds(10))
    #expect(canvas.drawings[0].hasSuffix(" 25%, 31 s left"))
  }

  @Test func `what was done before says nothing about the time left`() {
    let (canvas, start) = (Canvas(), ContinuousClock.now)
    var line = ProgressLine(label: "points", startedAt: start) { canvas.drawings.append($0) }
    line.resume(from: 0.5, at: start)
    line.update(0.75, at: start + .seconds(10))
    #expect(canvas.drawings[0].hasSuffix(" 75%, 11 s left"))
  }
}
