import CommandLineParsing
import DockerEngine
import ExperimentExecution
import ExperimentModel
import FaultInjection
import FoundationEssentials
import PacketCapture

/// The packets of a fault's targets, from before the fault until after it.
final class FaultCapture {
  /// What is captured at one target.
  private struct Post {
    let target: String
    let capture: Capture
    /// Who counts its packets, where a fault on packets is to be held against them.
    let witness: TrafficWitness?
  }

  private var posts: [Post] = []
  private let fault: Fault?
  private let start = now
  /// When the fault was in force, in nanoseconds since 1970.
  private var windows: [ClosedRange<Int64>] = []
  private var since: Int64?

  /// Begins to capture at every target; with several, each has a file of its own beside the first.
  ///
  /// - Parameters:
  ///   - injector: what will be done, to be held against what is seen.
  ///   - draws: the draws that the fault will make, so that both choose the same targets.
  init(
    of injector: any Injector, to path: String, at aim: Aim, drawnFrom draws: Draws,
    of engine: Engine
  ) throws(CommandFailure) {
    let fault = (injector as? any PacketInjector)?.fault
    self.fault = fault
    let targets = try endingCommand { () throws(FaultError) in
      let targets = try engine.containers(meantBy: aim, drawnFrom: draws)
      for target in targets { try target.requireVisibleNetwork() }
      return targets
    }
    do throws(CaptureError) {
      for target in targets {
        let file = targets.count == 1 ? path : Capture.fileBeside(path, target.name)
        let witness = fault.flatMap { TrafficWitness(of: $0, at: target, among: engine) }
        var settings = Capture.Settings()
        settings.witnesses = witness.map { [$0] } ?? []
        let capture = try Capture.start(
          at: .inside(process: target.state.pid), to: file, settings: settings)
        posts.append(Post(target: target.name, capture: capture, witness: witness))
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
    for post in posts {
      do throws(CaptureError) {
        let summary = try post.capture.stop()
        print(summary.sentence)
        for note in summary.notes { ErrorStream.say(note) }
        if let sentence = sentence(about: post) { print(sentence) }
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
    for post in posts { _ = try? post.capture.stop() }
  }

  /// What the packets of a target say about the fault; nil where they say nothing.
  private func sentence(about post: Post) -> String? {
    guard let fault, let witness = post.witness, let first = windows.first else { return nil }
    let evidence = PacketEvidence(
      witness, during: windows.map { $0.lowerBound..<$0.upperBound },
      calm: [min(start, first.lowerBound)..<first.lowerBound])
    return evidence.finding(of: fault).map { "\(post.target): \($0.sentence(about: fault))" }
  }

  private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }
}
