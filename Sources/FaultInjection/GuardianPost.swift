/// The way to a process that undoes a fault if this one cannot.
///
/// It is a seam: a test posts no process.
public protocol GuardianPost {
  /// Starts a guardian over an entry, and waits until it says that it stands ready.
  ///
  /// - Throws: a sentence when it does not; then no guardian is left behind.
  func post(over entry: LedgerEntry, in ledger: Ledger) throws(FaultError) -> ProcessIdentity
}

/// A guardian that is this same program, started with a hidden verb.
public struct SpawnedGuardian: GuardianPost, Sendable {
  /// The hidden verb: `chaos guard FOLDER ID`.
  public static let verb = "guard"

  /// Makes a post.
  public init() {}

  /// Starts this program again, in a session of its own, and waits for its word.
  public func post(
    over entry: LedgerEntry, in ledger: Ledger
  ) throws(FaultError) -> ProcessIdentity {
    let companion = Companion(
      words: ["chaos", Self.verb, ledger.folder, entry.id], log: ledger.guardianLogPath,
      title: "the guardian")
    return try companion.start()
  }
}
