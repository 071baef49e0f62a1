import CLinux
import ExperimentModel
import Glibc

/// What this machine can do to packets, tried out in a namespace that nobody else uses.
public struct WayProbe: Sendable {
  /// Why a way cannot be gone; a way that is not in here can.
  public let obstacles: [PacketWay: ImpairmentError]

  /// Tries every way; nothing of it is left.
  public init() {
    var obstacles: [PacketWay: ImpairmentError] = [:]
    do throws(ImpairmentError) {
      let namespace = try NetworkNamespace.fresh()
      for way in PacketWay.allCases {
        do throws(ImpairmentError) {
          try Self.attempt(way, in: namespace)
        } catch {
          obstacles[way] = error
        }
      }
    } catch {
      for way in PacketWay.allCases { obstacles[way] = error }
    }
    self.obstacles = obstacles
  }

  private static func attempt(
    _ way: PacketWay, in namespace: NetworkNamespace
  ) throws(ImpairmentError) {
    let likelihood = Likelihood(rate: Ratio(0.5))
    let fault = PacketFault(
      id: "probe-\(way.rawValue)", deed: .impair(.drop(.random(likelihood))),
      selector: PacketSelector(direction: .both), seed: 1)
    switch way {
    case .filter:
      try PacketRules(fault, way: way).make(in: namespace)
    case .queue:
      try PacketRules(fault, way: way).make(in: namespace)
      try PacketHolder(fault, in: namespace).connect()
    case .netem:
      let options = NetemOptions(impairments: [.drop(.random(likelihood))], seed: 1)
      let control = try TrafficControl(in: namespace)
      // A new namespace has no other device, and nobody uses this one.
      let device = TrafficControl.Device(index: 1, name: "lo")
      try control.addEmulator(
        EmulatorTree.handle(ofPlace: 1), below: TrafficControl.rootParent, of: device, options)
    }
  }

  /// Why this kernel has no emulator; nil when it has one.
  static let obstacleToEmulator: ImpairmentError? = {
    do throws(ImpairmentError) {
      try attempt(.netem, in: try NetworkNamespace.fresh())
      return nil
    } catch {
      return error
    }
  }()
}

extension NetworkNamespace {
  /// A new namespace, which ends with its last user.
  static func fresh() throws(ImpairmentError) -> NetworkNamespace {
    try onThread(entering: nil) { () throws(ImpairmentError) in
      guard lab_leave_network_namespace() == 0 else {
        throw ImpairmentError(SystemError.last, "making a network namespace")
      }
      return try NetworkNamespace(path: "/proc/thread-self/ns/net")
    }
  }
}
