import Glibc

/// Competing load in a container's control group, made by a process of ours.
///
/// Nothing is needed in the container. The process ends by itself with the fault's time, with the
/// container, and with the fault's entry in the ledger, even when every other process is gone.
struct LoadStart: Action, Hashable {
  /// What is used up.
  enum Resource: String, Sendable, Hashable {
    case cpu, memory, disk, writes
  }

  /// The entry of the fault, by which the process is found again.
  let id: String
  let resource: Resource
  /// The cores, the bytes or the writers.
  let amount: String
  /// The folders of the control groups that the process joins.
  let groups: [String]

  /// The command that is run.
  func line(at site: Site) -> String { "run " + words(at: site).joined(separator: " ") }

  func perform(at site: Site) throws(ActionFailure) -> Upkeep {
    do throws(FaultError) {
      return Upkeep(
        keeper: try site.host.start(words(at: site), site.ledger.guardianLogPath))
    } catch {
      throw ActionFailure(error, nothingWasDone: true)
    }
  }

  private func words(at site: Site) -> [String] {
    ["chaos", Burner.verb, site.ledger.folder, id, resource.rawValue, amount] + groups
  }
}

extension Undo {
  /// How long a process that was killed may take to be gone, in seconds.
  private static let patienceSeconds = 2.0

  /// Ends the processes that make the load of an entry.
  static func endLoad(of entry: LedgerEntry, host: Host, ledger: Ledger) -> Reversal {
    let burners = host.processes(withWords: ["chaos", Burner.verb, ledger.folder, entry.id])
    guard !burners.isEmpty else {
      return entry.target.process?.isAlive == true ? .notInForce : .runIsOver
    }
    for burner in burners { kill(burner.pid, SIGKILL) }
    // In a container that is frozen they end only when it goes on; nobody can wait for that.
    for _ in 0..<Int(patienceSeconds * 1000) where burners.contains(where: \.isAlive) {
      usleep(1000)
    }
    return .reverted(downSince: nil)
  }
}
