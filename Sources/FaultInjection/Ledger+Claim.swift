import Glibc

/// The right to undo one fault, or to change its entry, which one process has at a time.
///
/// It is a lock on the entry's file, so it ends with the process that holds it.
struct Claim: ~Copyable {
  /// The entry as it is on the disk.
  private(set) var entry: LedgerEntry
  private let ledger: Ledger
  private var file: FileDescriptor

  fileprivate init(entry: LedgerEntry, ledger: Ledger, file: consuming FileDescriptor) {
    self.entry = entry
    self.ledger = ledger
    self.file = file
  }

  /// Puts a changed entry on the disk, in place of the former one.
  mutating func rewrite(_ change: (inout LedgerEntry) -> Void) throws(FaultError) {
    var changed = entry
    change(&changed)
    // The new file is locked before it takes the name: nobody can slip in between.
    file = try ledger.place(changed)
    entry = changed
  }

  /// Removes the entry: there is nothing left to undo.
  consuming func remove() throws(FaultError) {
    let path = ledger.path(of: entry.id)
    guard unlink(path) == 0 || errno == ENOENT else {
      throw ledger.failure(SystemError(code: errno), "remove \(path)")
    }
    try ledger.synchronizeFolder()
  }
}

/// What came of asking for a claim.
enum ClaimAttempt: ~Copyable {
  /// The caller has it.
  case claimed(Claim)
  /// Another process has it.
  case busy
  /// The entry does not exist (any more).
  case gone
}

extension Ledger {
  /// Waits for the turn of this process: the right to begin or end a fault that shares a value.
  ///
  /// - Returns: the turn, which ends when it is dropped, or with the process.
  func takeTurn() throws(FaultError) -> FileDescriptor {
    try makeFolder()
    let path = "\(folder)/.turn"
    let file: FileDescriptor
    do throws(SystemError) {
      file = try FileDescriptor(opening: path, O_RDWR | O_CREAT)
    } catch {
      throw failure(error, "write \(path)")
    }
    while flock(file.number, LOCK_EX) != 0, errno == EINTR {}
    return file
  }

  /// Writes a new entry to the disk; the caller holds the claim on it.
  func write(_ entry: LedgerEntry) throws(FaultError) -> Claim {
    try makeFolder()
    return Claim(entry: entry, ledger: self, file: try place(entry))
  }

  /// Asks for the claim on an entry, without waiting.
  func attemptClaim(_ id: String) throws(FaultError) -> ClaimAttempt {
    while true {
      let file: FileDescriptor
      do throws(SystemError) {
        file = try openEntry(id)
      } catch {
        if error.code == ENOENT || error.code == ENOTDIR { return .gone }
        throw failure(error, "open \(path(of: id))")
      }
      guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
        if errno == EINTR { continue }
        return .busy
      }
      // A file that was replaced before it was locked is not the entry any more.
      guard isCurrent(file, id) else { continue }
      guard let entry = try entry(id) else { return .gone }
      return .claimed(Claim(entry: entry, ledger: self, file: file))
    }
  }

  /// Opens an entry's file; one that can only be read is good enough for a lock.
  private func openEntry(_ id: String) throws(SystemError) -> FileDescriptor {
    do throws(SystemError) {
      return try FileDescriptor(opening: path(of: id), O_RDWR)
    } catch {
      guard error.code == EROFS else { throw error }
      return try FileDescriptor(opening: path(of: id), O_RDONLY)
    }
  }

  /// Writes something as durably as an entry, and removes it again.
  func rehearse() throws(FaultError) {
    try makeFolder()
    let draft = "\(folder)/.rehearsal-\(getpid())\(Self.draftSuffix)"
    defer { unlink(draft) }
    do throws(SystemError) {
      let file = try FileDescriptor(opening: draft, O_RDWR | O_CREAT | O_TRUNC)
      try file.writeDurably([UInt8](repeating: UInt8(ascii: " "), count: 1024))
      try FileDescriptor(opening: folder, O_RDONLY | O_DIRECTORY).synchronize()
    } catch {
      throw failure(error, "write \(draft)")
    }
  }

  /// Puts an entry's file in its place, locked, in one step.
  fileprivate func place(_ entry: LedgerEntry) throws(FaultError) -> FileDescriptor {
    let path = path(of: entry.id)
    let draft = "\(folder)/.\(entry.id)\(Self.draftSuffix)"
    do throws(SystemError) {
      let file = try FileDescriptor(opening: draft, O_RDWR | O_CREAT | O_TRUNC)
      guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { throw SystemError(code: errno) }
      try file.writeDurably(entry.encoded())
      guard rename(draft, path) == 0 else { throw SystemError(code: errno) }
      try FileDescriptor(opening: folder, O_RDONLY | O_DIRECTORY).synchronize()
      return file
    } catch {
      unlink(draft)
      throw failure(error, "write \(path)")
    }
  }

  fileprivate func synchronizeFolder() throws(FaultError) {
    do throws(SystemError) {
      try FileDescriptor(opening: folder, O_RDONLY | O_DIRECTORY).synchronize()
    } catch {
      throw failure(error, "save \(folder)")
    }
  }

  private func isCurrent(_ file: borrowing FileDescriptor, _ id: String) -> Bool {
    var opened = stat()
    var named = stat()
    return fstat(file.number, &opened) == 0 && stat(path(of: id), &named) == 0
      && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }

  /// Makes the file that guardians write to, and the folder, where they are not there yet.
  func openGuardianLog() throws(FaultError) {
    try makeFolder()
    do throws(SystemError) {
      _ = try FileDescriptor(opening: guardianLogPath, O_WRONLY | O_CREAT | O_APPEND)
    } catch {
      throw failure(error, "write \(guardianLogPath)")
    }
  }

  /// Makes the folder and those above it, for this user alone.
  private func makeFolder() throws(FaultError) {
    var path = ""
    for part in folder.split(separator: "/") {
      let above = path.isEmpty ? "/" : path
      path += "/\(part)"
      if mkdir(path, 0o700) == 0 {
        // The new name has to outlive a crash as much as the entry in it.
        try? FileDescriptor(opening: above, O_RDONLY | O_DIRECTORY).synchronize()
        continue
      }
      // A folder above may refuse to be written and exist nevertheless.
      let cause = errno
      guard access(path, F_OK) != 0 else { continue }
      throw failure(SystemError(code: cause), "make \(path)")
    }
  }
}
