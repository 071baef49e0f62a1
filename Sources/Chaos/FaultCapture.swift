import CommandLineParsing
import DockerEngine
import FaultInjection
import FoundationEssentials
import PacketCapture

/// The packets of a fault's targets, from before the fault until after it.
final class FaultCapture {
  private var captures: [Capture] = []
  /// When the fault was in force, in nanoseconds since 1970.
  private var windows: [ClosedRange<Int64>] = []
  private var since: Int64?

  /// Begins to capture at every target; with several, each has a file of its own beside the first.
  ///
  /// - Parameter draws: the draws that the fault will make, so that both choose the same targets.
  init(
    to path: String, at aim: Aim, drawnFrom draws: Draws, of engine: Engine
  ) throws(CommandFailure) {
    let targets = try endingCommand { () throws(FaultError) in
      let targets = try engine.containers(meantBy: aim, drawnFrom: draws)
      for target in targets { try target.requireVisibleNetwork() }
      return targets
    }
    do throws(CaptureError) {
      for target in targets {
        let file = targets.count == 1 ? path : Capture.fileBeside(path, target.name)
        captures.append(try Capture.start(at: .inside(process: target.state.pid), to: file))
      }
    } catch {
      stop()
      throw error.asCommandFailure
    }
  }

  /// Remembers when the fault begins and ends.
  func note(_ notice: Injection.Notice) {
    switch notice {
    case .applied: since = since ?? Self.now
    case .over, .healing:
      guard let begin = since else { return }
      windows.append(begin...max(begin, Self.now))
      since = nil
    default: break
    }
  }

  /// Ends the captures, and tells what was captured before, during and after the fault.
  ///
  /// - Throws: the first failure, after all have ended.
  func end() throws(CommandFailure) {
    if let begin = since { windows.append(begin...max(begin, Self.now)) }
    var failure: CommandFailure?
    for capture in captures {
      do throws(CaptureError) {
        let summary = try capture.stop()
        print(summary.sentence)
        for note in summary.notes { ErrorStream.say(note) }
        let report = try? FlowReport(reading: summary.files[0], faultTimes: windows)
        if let table = report?.phaseTable { print(table) }
      } catch {
        failure = failure ?? error.asCommandFailure
      }
    }
    if let failure { throw failure }
  }

  /// Ends the captures without a word; what was written stays.
  func stop() {
    for capture in captures { _ = try? capture.stop() }
  }

  private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }
}
