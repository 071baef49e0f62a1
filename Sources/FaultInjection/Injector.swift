import DockerEngine
import ExperimentModel

/// One effect, ready to be made on live containers.
///
/// A new one is a file in `Faults/` and a line in `FaultCatalog`: it says which containers it can
/// disturb, which calls it makes, and which undo it needs. Everything else (the ledger, the
/// guardian, signals, the report) is the same for all.
public protocol Injector: Sendable {
  /// The word for it on the command line and in files.
  static var name: String { get }
  /// What it does, in one line.
  static var summary: String { get }

  /// What the ledger records besides the name.
  var parameters: [String: String] { get }
  /// What undoes it.
  var undo: Undo { get }
  /// What happened to the target, as the end of "web …": `was killed (SIGKILL)`.
  var deed: String { get }

  /// Refuses a container that it cannot disturb.
  ///
  /// - Parameter isUndone: whether the fault will be undone after a while.
  /// - Throws: one sentence that says why, and what to do.
  func check(_ container: Container, isUndone: Bool) throws(FaultError)

  /// The calls that make it.
  func calls(on container: Container) -> [EngineCall]
}

/// Every fault of the live world.
public enum FaultCatalog {
  /// The faults in the order in which the help lists them.
  public static let all: [any Injector.Type] = [Kill.self]

  /// The injector for an effect: the live world's only switch over effects.
  static func injector(for effect: Effect) throws(FaultError) -> any Injector {
    switch effect {
    case .kill(let signal, _): return try Kill(signal: signal)
    case .stop, .pause, .fail, .impair, .cut, .limitCPU, .burnCPU, .limitMemory,
      .fillMemory:
      throw FaultError(
        .notUsable, "this fault is not supported on live containers yet; simlab simulates it")
    }
  }
}
