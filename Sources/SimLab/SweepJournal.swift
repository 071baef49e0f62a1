import CommandLineParsing
import ExperimentDecoding
import Glibc
import Reporting

/// What a sweep has measured so far, in a file, so that an interrupted one goes on where it was.
///
/// After a line that says what the file is comes one for each point, handed to the system as soon
/// as it was measured, so that it outlives the process. Nobody waits for the disk: a power cut
/// costs the latest points, which are measured again. A last line that was cut off counts as not
/// written. Lines are only ever added: those of other files, settings, seeds and versions stay.
final class SweepJournal {
  private let path: String
  private let descriptor: Int32
  /// What tells this sweep from others, a hash.
  private let sweep: String
  private var measured: [[String]: SweepReport.Measurement] = [:]
  /// How many points there were in the file, and how many of them this sweep can use.
  private(set) var found = (all: 0, usable: 0)

  /// The largest file that is read.
  private static let limit = 1 << 30
  private static let head =
    JSONValue.object(["format": .whole(1), "journal": .string("simlab sweep")]).line + "\n"

  /// Opens a journal, or begins one; whatever is not a journal is left as it is.
  ///
  /// - Parameter sweep: a text for all that decides what is measured, besides the settings of a
  ///   point.
  init(_ path: String, sweep: String) throws {
    self.path = path
    self.sweep = sweep
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o644)
    guard descriptor >= 0 else { throw unwritable(errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw refusal("another sweep writes to it; let that end, or name another file")
    }
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try contents(ofFile: path, limit: Self.limit)
    } catch {
      throw refusal(error.message)
    }
    let whole = try readWholeLines(of: bytes)
    if whole < bytes.count { ftruncate(descriptor, off_t(whole)) }
    if whole == 0 { try append(Self.head) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// What was measured at a point, which its settings name; nil where nothing was.
  subscript(point: [String]) -> SweepReport.Measurement? { measured[point] }

  /// Keeps what was measured at a point.
  func keep(_ measurement: SweepReport.Measurement, at point: [String]) throws {
    var line = measurement.json
    line["sweep"] = .string(sweep)
    line["point"] = .array(point.map(JSONValue.string))
    try append(line.line + "\n")
    measured[point] = measurement
  }

  /// Reads what is there, and returns how many bytes whole lines take.
  private func readWholeLines(of bytes: [UInt8]) throws -> Int {
    let newline = UInt8(ascii: "\n")
    let whole = bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0
    guard Self.head.utf8.starts(with: bytes.prefix(Self.head.utf8.count)),
      whole > 0 || bytes.count < Self.head.utf8.count
    else { throw refusal("this is no journal of a sweep; name another file") }
    for (index, line) in bytes[..<whole].split(separator: newline).enumerated().dropFirst() {
      guard let json = try? JSONValue(parsing: line), let sweep = json["sweep"]?.string,
        let point = json["point"]?.elements?.compactMap(\.string),
        let measurement = SweepReport.Measurement(json)
      else {
        throw refusal("line \(index + 1) is damaged; take it out, or name another file")
      }
      found.all += 1
      if sweep == self.sweep { measured[point] = measurement }
    }
    found.usable = measured.count
    return whole
  }

  /// Writes at the end of the file, all of a text or nothing.
  private func append(_ text: String) throws {
    let end = lseek(descriptor, 0, SEEK_END)
    guard let reason = writeAll(text, to: descriptor) else { return }
    ftruncate(descriptor, end)
    throw unwritable(reason)
  }

  private func refusal(_ complaint: String) -> CommandFailure {
    CommandFailure("--journal: \(path): \(complaint).", exitCode: .badInput)
  }

  private func unwritable(_ reason: Int32) -> CommandFailure {
    CommandFailure(
      "--journal: \(path) cannot be written: \(String(cString: strerror(reason))).",
      exitCode: exitCode(ofUnwritable: reason))
  }
}
