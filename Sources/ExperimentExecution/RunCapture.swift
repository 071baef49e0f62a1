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
      pid = try Self.process(at: endpoint.host, or: timeline?.faults.first?.target, engine)
    } catch {
      throw .fault(FaultError(error))
    }
    guard let pid, pid > 0 else {
      throw .fault(
        FaultError(
          .notUsable,
          "no running container has the address \(endpoint.host), and no fault has a target,"
            + " so there is nowhere to capture; send to the container's own address"))
    }
    do throws(CaptureError) {
      capture = try Capture.start(at: .inside(process: pid), to: path)
    } catch {
      throw .capture(error)
    }
  }

  /// The first process of the container at an address, or else of the one of this name.
  private static func process(
    at host: String, or name: String?, _ engine: Engine
  ) throws(EngineError) -> Int32? {
    let running = try engine.containers().filter { $0.status == "running" }
    for summary in running {
      let container = try engine.inspect(summary.id)
      if container.networks.values.contains(where: { $0.address == host }) {
        return container.state.pid
      }
    }
    let named = running.first { $0.name == name } ?? running.first { $0.service == name }
    return try named.map { summary throws(EngineError) in try engine.inspect(summary.id).state.pid }
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
