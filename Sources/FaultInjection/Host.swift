/// The machine of this process, as far as faults change it without the engine.
///
/// It is a seam: a test gives it a folder in place of the root, and starts no process.
public struct Host: Sendable {
  /// What stands before every path of the machine: nothing, or the folder of a test.
  let root: String
  /// Starts this program once more with these words, and waits until it says that it is ready.
  let start: @Sendable (_ words: [String], _ log: String) throws(FaultError) -> ProcessIdentity

  /// Makes a machine of its parts.
  public init(
    root: String,
    start:
      @escaping @Sendable (_ words: [String], _ log: String) throws(FaultError) -> ProcessIdentity
  ) {
    self.root = root
    self.start = start
  }

  /// The machine as it is.
  public static let local = Host(root: "") { (words, log) throws(FaultError) in
    try Companion(words: words, log: log, title: "the load").start()
  }
}
