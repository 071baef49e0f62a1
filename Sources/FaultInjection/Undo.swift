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
  /// Puts back the limits in the control group, or those of other faults that remain in force.
  case restore([LimitChange])
  /// Ends the processes of ours that make load in the control group.
  case endLoad
  /// Removes the rules of the fault from the network namespace of the target.
  case removeRules

  /// What it does when the fault is in force, one line each.
  func lines(on target: LedgerEntry.Target, at site: Site) -> [String] {
    switch self {
    case .start: ["  " + EngineAction(.start(id: target.id)).line(at: site)]
    case .unpause: ["  " + EngineAction(.unpause(id: target.id)).line(at: site)]
    case .restore(let changes):
      changes.reversed().map {
        "  " + LimitWrite(path: $0.path, value: $0.before, target: target.name).line(at: site)
      }
    case .endLoad: ["  kill that process"]
    case .removeRules: ["  remove that table, if the kernel has not ended the lease before"]
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
    case .restore(let changes):
      try Self.restore(changes, of: entry, host: host, ledger: ledger)
    case .endLoad: Self.endLoad(of: entry, host: host, ledger: ledger)
    case .removeRules: try Self.removeRules(of: entry)
    }
  }

  /// Whether undoing it must not meet the beginning or the end of another fault.
  ///
  /// Such undos restore a value that other faults have changed too.
  var isShared: Bool {
    switch self {
    case .start, .unpause, .endLoad, .removeRules: false
    case .restore: true
    }
  }
}

extension Undo: Codable {
  private enum Word: String, CaseIterable {
    case start, unpause
    case endLoad = "end_load"
    case removeRules = "remove_rules"
  }

  private enum Key: String, CodingKey {
    case restore
  }

  /// Reads a word such as `"start"`, or an object with one key and what belongs to it.
  public init(from decoder: any Decoder) throws {
    if let value = try? decoder.singleValueContainer(), let text = try? value.decode(String.self) {
      switch Word(rawValue: text) {
      case .start: self = .start
      case .unpause: self = .unpause
      case .endLoad: self = .endLoad
      case .removeRules: self = .removeRules
      case nil:
        throw DecodingError.dataCorruptedError(in: value, debugDescription: "no undo \(text)")
      }
    } else {
      let keys = try decoder.container(keyedBy: Key.self)
      self = .restore(try keys.decode([LimitChange].self, forKey: .restore))
    }
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    func write(_ word: Word) throws {
      var value = encoder.singleValueContainer()
      try value.encode(word.rawValue)
    }
    switch self {
    case .start: try write(.start)
    case .unpause: try write(.unpause)
    case .endLoad: try write(.endLoad)
    case .removeRules: try write(.removeRules)
    case .restore(let changes):
      var keys = encoder.container(keyedBy: Key.self)
      try keys.encode(changes, forKey: .restore)
    }
  }
}
