import DockerEngine
import FoundationEssentials

/// What has to be done to undo a fault, as the ledger records it.
///
/// A process that knows nothing else can do it from the entry alone. Each undo looks before it
/// acts, so that doing it twice, late, or for a fault that was never made does no harm.
public enum Undo: Sendable, Hashable {
  /// Starts the container, if it is still down from the run that was disturbed.
  case start
  /// Lets the container go on, if it is still frozen in the run that was disturbed.
  case unpause

  /// What it does when the fault is in force.
  func actions(on target: LedgerEntry.Target) -> [any Action] {
    switch self {
    case .start: [EngineAction(.start(id: target.id))]
    case .unpause: [EngineAction(.unpause(id: target.id))]
    }
  }

  /// Undoes the fault, and says what there was to undo.
  ///
  /// - Parameter engine: finds the target's engine, for the undos that need it: the others are done
  ///   even when it does not answer.
  func revert(
    _ entry: LedgerEntry, host: Host, ledger: Ledger, engine: () throws(FaultError) -> Engine
  ) throws(FaultError) -> Reversal {
    switch self {
    case .start: try startAgain(entry.target, through: try engine())
    case .unpause: try thaw(entry.target, through: try engine())
    }
  }

  /// Whether undoing it must not meet the beginning or the end of another fault.
  ///
  /// Such undos restore a value that other faults have changed too.
  var isShared: Bool {
    switch self {
    case .start, .unpause: false
    }
  }
}

extension Undo: Codable {
  private enum Kind: String, CodingKey, CaseIterable {
    case start, unpause
  }

  /// Reads `"start"`, or an object with one key and what belongs to it.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    switch try value.decode(String.self) {
    case Kind.start.rawValue: self = .start
    case Kind.unpause.rawValue: self = .unpause
    case let word:
      throw DecodingError.dataCorruptedError(in: value, debugDescription: "no undo \(word)")
    }
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .start: try value.encode(Kind.start.rawValue)
    case .unpause: try value.encode(Kind.unpause.rawValue)
    }
  }
}
