import ClusterModel
import DockerEngine
import ExperimentModel
import FaultInjection
import PacketCapture

/// The packets of all targets whose packets a timeline disturbs, seen inside their networks while
/// they pass, from before the first fault to behind the last.
///
/// A target that starts anew has another network, and is looked at there as well.
final class TrafficWatch {
  /// How often targets are looked at that have ended, in nanoseconds.
  private static let interval: Int64 = 500_000_000

  private struct Aim: Hashable {
    var target: String
    var fault: Fault
  }

  /// The place inside one target's network.
  private struct Post {
    let word: String
    let witnesses: [TrafficWitness]
    var pid: Int32
    var capture: Capture
  }

  private let engine: Engine
  private var witnesses: [Aim: TrafficWitness] = [:]
  private var posts: [Post] = []
  private var nextLook: Int64 = 0
  /// Why nothing is seen at a target, by its name.
  private(set) var obstacles: [String: String] = [:]

  /// Begins to look; what cannot be looked at is left to other witnesses.
  init(_ timeline: FaultTimeline, at engine: Engine) {
    self.engine = engine
    for target in Set(timeline.faults.map(\.target)).sorted() {
      let faults = timeline.faults.filter { $0.target == target }.map(\.fault)
      post(at: target, Set(faults))
    }
  }

  private func post(at target: String, _ faults: Set<Fault>) {
    guard let container = try? engine.container(meantBy: target) else { return }
    for fault in faults {
      let witness = TrafficWitness(of: fault, at: container, among: engine)
      witnesses[Aim(target: target, fault: fault)] = witness
    }
    let own = faults.compactMap { witnesses[Aim(target: target, fault: $0)] }
    guard !own.isEmpty else { return }
    do throws(CaptureError) {
      let capture = try Capture.start(
        at: .inside(process: container.state.pid), to: nil,
        settings: TrafficWitness.settings(for: own))
      posts.append(
        Post(word: target, witnesses: own, pid: container.state.pid, capture: capture))
    } catch {
      obstacles[target] = error.description
    }
  }

  /// The witness of a fault at a target; nil where nobody can see its packets.
  func witness(of fault: Fault, at target: String) -> TrafficWitness? {
    obstacles[target] == nil ? witnesses[Aim(target: target, fault: fault)] : nil
  }

  /// Looks into the new networks of targets that have started anew.
  ///
  /// - Parameter now: nanoseconds since the start of the run.
  func follow(now: Int64) {
    guard now >= nextLook else { return }
    nextLook = now + Self.interval
    for index in posts.indices where posts[index].capture.isOver {
      let post = posts[index]
      guard let state = try? engine.container(meantBy: post.word).state, state.isRunning,
        state.pid != post.pid
      else { continue }
      _ = try? post.capture.stop()
      let settings = TrafficWitness.settings(for: post.witnesses)
      // A container that ends again at once is looked at again.
      guard
        let capture = try? Capture.start(
          at: .inside(process: state.pid), to: nil, settings: settings)
      else { continue }
      posts[index].capture = capture
      posts[index].pid = state.pid
    }
  }

  /// Ends all looking.
  func finish() {
    for post in posts { _ = try? post.capture.stop() }
  }
}
