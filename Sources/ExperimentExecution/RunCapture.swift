import DockerEngine
import ExperimentModel
import FaultInjection
import LoadGeneration
import PacketCapture
import Reporting

/// The packets of a run, kept in a file.
struct RunCapture {
  private let capture: Capture
  private let path: String
  /// Whether it is the balancer's network that is captured, and not a target's.
  let isAtBalancer: Bool

  /// Begins to capture where most of a run passes: in the network of the container that the
  /// requests go to, or else of the first fault's target.
  ///
  /// - Throws: one sentence when there is no such container, or its packets cannot be had.
  init(
    to path: String, of endpoint: LiveEndpoint, _ timeline: FaultTimeline?, at engine: Engine
  ) throws(LiveRunError) {
    self.path = path
    let pid: Int32?
    do throws(EngineError) {
      if let balancer = try engine.container(at: endpoint) {
        pid = balancer.state.pid
        isAtBalancer = true
      } else {
        pid = try Self.target(of: timeline, engine)?.state.pid
        isAtBalancer = false
      }
    } catch {
      throw .fault(FaultError(error))
    }
    guard let pid, pid > 0 else {
      throw .fault(
        FaultError(
          .notUsable,
          "no running container answers at \(endpoint.text), and no fault has a target,"
            + " so there is nowhere to capture; send to the container's own address"))
    }
    do throws(CaptureError) {
      capture = try Capture.start(at: .inside(process: pid), to: path)
    } catch {
      throw .capture(error)
    }
  }

  /// The container of the first fault; nil without faults.
  private static func target(
    of timeline: FaultTimeline?, _ engine: Engine
  ) throws(EngineError) -> Container? {
    let name = timeline?.faults.first?.target
    let all = try engine.containers()
    let found = all.first { $0.name == name } ?? all.first { $0.service == name }
    return try found.map { summary throws(EngineError) in try engine.inspect(summary.id) }
  }

  /// Ends the capture, and says what it has come to.
  func stop() throws(FaultError) -> LiveReport.Capture {
    do throws(CaptureError) {
      let summary = try capture.stop()
      return LiveReport.Capture(
        file: path, captured: summary.captured, dropped: summary.dropped)
    } catch {
      throw FaultError(.failed, error.description)
    }
  }
}
