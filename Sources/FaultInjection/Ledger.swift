import DockerEngine
import FoundationEssentials
import Glibc

/// The folder in which every fault in force has one file that says how to undo it.
///
/// It outlives the process and the machine's run. A file appears and changes in one step, and is on
/// the disk before anything is done. Whoever undoes a fault holds a lock on its file meanwhile.
public struct Ledger: Sendable, Hashable {
  /// The folder's absolute path.
  public let folder: String

  /// Names a folder; it is made when the first entry is written.
  public init(folder: String) {
    self.folder = folder
  }

  /// The folder for a process with these environment variables.
  ///
  /// `CHAOS_STATE_DIR` wins; root's is `/var/lib/chaos`; everybody else's lies where the XDG base
  /// directory specification puts state that outlives a restart.
  public static func standard(
    in environment: [String: String], isRoot: Bool
  ) throws(FaultError) -> Ledger {
    if let folder = environment["CHAOS_STATE_DIR"], !folder.isEmpty {
      guard folder.hasPrefix("/") else {
        throw FaultError(
          .notUsable, "CHAOS_STATE_DIR is \(folder), but it has to be an absolute path")
      }
      return Ledger(folder: folder)
    }
    if isRoot { return Ledger(folder: "/var/lib/chaos") }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return Ledger(folder: state + "/chaos")
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else {
      throw FaultError(
        .notUsable,
        "there is no place for the ledger, because HOME is not set;"
          + " set CHAOS_STATE_DIR to a folder")
    }
    return Ledger(folder: home + "/.local/state/chaos")
  }

  /// What the name of an entry ends in before it is whole.
  static let draftSuffix = ".draft"

  /// The file of an entry.
  func path(of id: String) -> String { "\(folder)/\(id).json" }

  /// Where guardians write what happened to them.
  var guardianLogPath: String { "\(folder)/guardian.log" }

  /// What the ledger holds.
  public struct Contents: Sendable {
    /// The entries, the oldest first.
    public var entries: [LedgerEntry] = []
    /// One sentence for each file that cannot be read as an entry.
    public var unreadable: [String] = []
  }

  /// All entries.
  public func contents() throws(FaultError) -> Contents {
    var contents = Contents()
    for id in try identifiers() {
      do throws(FaultError) {
        if let entry = try entry(id) { contents.entries.append(entry) }
      } catch {
        contents.unreadable.append(error.description)
      }
    }
    contents.entries.sort { ($0.since, $0.id) < ($1.since, $1.id) }
    return contents
  }

  /// The entries of a container, the oldest first, but for this one.
  func entries(on container: Container, besides id: String) throws(FaultError) -> [LedgerEntry] {
    try contents().entries.filter { $0.target.id == container.id && $0.id != id }
  }

  /// Whether there is an entry of this name.
  ///
  /// One that cannot be looked at just now is no reason to leave its fault to itself.
  func holds(_ id: String) -> Bool {
    access(path(of: id), F_OK) == 0 || ![ENOENT, ENOTDIR].contains(errno)
  }

  /// The entry of this name; nil when there is none.
  public func entry(_ id: String) throws(FaultError) -> LedgerEntry? {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try FileDescriptor.contents(of: path(of: id))
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw failure(error, "read \(path(of: id))")
    }
    do {
      return try LedgerEntry(decoding: bytes)
    } catch {
      throw FaultError(
        .notUsable,
        "\(path(of: id)) is no entry of the ledger that this version can read;"
          + " undo what it says by hand, then remove it")
    }
  }

  private func identifiers() throws(FaultError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw failure(SystemError(code: errno), "read \(folder)")
    }
    defer { closedir(stream) }
    var identifiers: [String] = []
    while let item = readdir(stream) {
      let name = withUnsafeBytes(of: &item.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".json"), !name.hasPrefix(".") {
        identifiers.append(String(name.dropLast(5)))
      } else if name.hasSuffix(Self.draftSuffix) {
        removeIfOld("\(folder)/\(name)")
      }
    }
    return identifiers.sorted()
  }

  /// Removes a draft that a crash left: nobody takes a minute to write one.
  private func removeIfOld(_ draft: String) {
    var file = stat()
    guard stat(draft, &file) == 0, time(nil) - file.st_mtim.tv_sec > 60 else { return }
    unlink(draft)
  }

  /// A failure of the file system as a sentence.
  func failure(_ error: SystemError, _ attempt: String) -> FaultError {
    let mayNot = [EACCES, EPERM, EROFS].contains(error.code)
    return FaultError(
      mayNot ? .notPermitted : .failed,
      "the ledger cannot \(attempt) (\(error));"
        + " make room for it and let this user write there, or set CHAOS_STATE_DIR")
  }
}
