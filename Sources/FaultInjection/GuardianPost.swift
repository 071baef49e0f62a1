/// The way to a process that undoes a fault if this one cannot.
///
/// It is a seam: a test calls no process.
public protocol GuardianPost {
  /// Calls a guardian for an entry that is about to be written, and does not wait for it.
  ///
  /// - Throws: a sentence when none can be started.
  func call(over id: String, in ledger: Ledger) throws(FaultError) -> any CalledGuardian
}

/// A guardian that is on its way to its post.
///
/// It leaves when it is let go of before its entry is on the disk.
public protocol CalledGuardian: AnyObject {
  /// Which process it is.
  var identity: ProcessIdentity { get }
  /// Waits until it stands ready over its entry, which is on the disk.
  ///
  /// - Throws: a sentence when it does not; then no guardian is left behind.
  func takePost() throws(FaultError)
}

/// A guardian that is this same program, started with a hidden verb.
public struct SpawnedGuardian: GuardianPost, Sendable {
  /// The hidden verb: `chaos guard FOLDER ID`.
  public static let verb = "guard"

  /// Makes a post.
  public init() {}

  /// Starts this program again, in a session of its own.
  public func call(over id: String, in ledger: Ledger) throws(FaultError) -> any CalledGuardian {
    // A ledger that cannot be written is told of as such, and not as a process that does not start.
    try ledger.openGuardianLog()
    let companion = Companion(
      words: ["chaos", Self.verb, ledger.folder, id], log: ledger.guardianLogPath,
      title: "the guardian")
    return try companion.call()
  }
}

extension CalledCompanion: CalledGuardian {
  func takePost() throws(FaultError) {
    try awaitWord()
    begin()
  }
}
