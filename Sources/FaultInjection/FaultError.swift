import DockerEngine

/// A reason why a fault was not made, or not undone, as one sentence for a person.
public struct FaultError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of reason it is; a command turns it into its exit status.
  public enum Kind: Sendable, Hashable {
    /// What the person named cannot be disturbed, or is not there.
    case notUsable
    /// The engine does not answer.
    case engineUnreachable
    /// The person, or this process, may not do it.
    case notPermitted
    /// Something went wrong that nobody asked for.
    case failed
    /// This signal arrived before anything was changed.
    case interrupted(signal: Int32)
  }

  /// What kind of reason it is.
  public let kind: Kind
  /// Where, what, and what to do; without a full stop.
  public let description: String

  /// Makes an error of its sentence.
  public init(_ kind: Kind, _ sentence: String) {
    self.kind = kind
    description = sentence
  }

  /// Makes an error of what the engine said.
  public init(_ error: EngineError) {
    let kind: Kind =
      switch error {
      case .addressNotUsable, .unreachable, .noAnswer, .brokenOff, .tooOld: .engineUnreachable
      case .notPermitted: .notPermitted
      case .refused, .notUnderstood: .failed
      }
    self.init(kind, error.description)
  }

  /// Asks the engine, and turns its error into one of a fault.
  public static func ofEngine<Value>(
    _ ask: () throws(EngineError) -> Value
  ) throws(FaultError) -> Value {
    do throws(EngineError) {
      return try ask()
    } catch {
      throw FaultError(error)
    }
  }

  /// The same error about an entry whose fault is undone, as this sentence says.
  func following(_ sentence: String) -> FaultError {
    FaultError(kind, "\(sentence); but its entry stays, because \(description)")
  }

  /// The same error with more to say.
  func adding(_ more: String) -> FaultError { FaultError(kind, description + more) }
}
