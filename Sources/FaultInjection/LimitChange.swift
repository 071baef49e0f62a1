import DockerEngine
import FoundationEssentials
import Glibc

/// A limit of a container that a fault changes: one file of a control group, with two values.
///
/// Several faults may change the same file. Each knows the value from before all of them, so that
/// whichever ends last restores it, and the others restore what remains in force.
public struct LimitChange: Sendable, Hashable, Codable {
  /// The file's absolute path.
  public let path: String
  /// Its text before any fault changed it.
  public let before: String
  /// Its text while this fault is in force, as the kernel gives it back.
  public let during: String
  /// The device whose line of the file is meant; nil where the file has one line.
  public internal(set) var device: String?

  /// What the file says now, as far as it is meant.
  func now(on host: Host) throws(SystemError) -> String {
    let text = try host.text(of: path)
    return device.map { Self.line(of: $0, in: text, path) } ?? text
  }

  /// What a file says about a device: without a limit it has no line, and takes this one.
  static func line(of device: String, in text: String, _ path: String) -> String {
    let lines = text.split(separator: "\n").filter { $0.hasPrefix(device + " ") }
    let none = path.hasSuffix("io.max") ? "rbps=max wbps=max riops=max wiops=max" : "0"
    return lines.first.map(String.init) ?? "\(device) \(none)"
  }
}

/// The writing of a limit into a file of a control group.
struct LimitWrite: Action, Hashable {
  let path: String
  let value: String
  /// Whose limit it is.
  let target: String

  /// What a person would type, but for the rights.
  func line(at site: Site) -> String { "write \(value) to \(path)" }

  func perform(at site: Site) throws(ActionFailure) -> Upkeep {
    do throws(SystemError) {
      try site.host.write(value, to: path)
      return Upkeep()
    } catch {
      throw ActionFailure(Self.failure(error, of: target, value, path), nothingWasDone: true)
    }
  }

  /// A sentence about a limit that the kernel did not take.
  static func failure(
    _ error: SystemError, of target: String, _ value: String, _ path: String
  ) -> FaultError {
    switch error.code {
    case EACCES, EPERM, EROFS:
      return FaultError(
        .notPermitted,
        "you may not change the limits of \(target) (\(path): \(error)); run chaos as root")
    case EBUSY:
      return FaultError(
        .notUsable,
        "\(target) uses more than that just now, and the kernel cannot push it below"
          + " (\(value) to \(path)); choose a higher limit")
    case EINVAL:
      return FaultError(
        .notUsable,
        "the kernel does not accept \(value) in \(path), because a limit above or beside it is in"
          + " the way; choose another value")
    default:
      return FaultError(.failed, "\(path) cannot be written (\(error)); see whether it exists")
    }
  }
}

extension Undo {
  /// Puts back the limits that a fault changed, or those of the faults that remain in force.
  static func restore(
    _ changes: [LimitChange], of entry: LedgerEntry, host: Host, ledger: Ledger
  ) throws(FaultError) -> Reversal {
    // Limits end with the run: the engine gives the next one those that it has on record.
    guard entry.target.process?.isAlive == true else { return .runIsOver }
    let others = try ledger.contents().entries.filter {
      $0.id != entry.id && $0.target.process == entry.target.process
    }
    var outcome = Reversal.notInForce
    for change in changes.reversed() {
      let stacked = others.compactMap { $0.undo.change(of: change.path)?.during }
      let value = stacked.last ?? change.before
      do throws(SystemError) {
        let now = try change.now(on: host)
        if now == value {
          if !stacked.isEmpty { outcome = .reverted(downSince: nil) }
        } else if now == change.during || stacked.contains(now) {
          try host.write(value, to: change.path)
          outcome = .reverted(downSince: nil)
        } else if outcome == .notInForce {
          outcome = .changedBySomebody
        }
      } catch {
        if error.code == ENOENT || error.code == ENODEV { return .runIsOver }
        throw LimitWrite.failure(error, of: entry.target.name, value, change.path)
      }
    }
    return outcome
  }

  /// The change of this file, if it is one of those that it undoes.
  func change(of path: String) -> LimitChange? {
    guard case .restore(let changes) = self else { return nil }
    return changes.first { $0.path == path }
  }
}

extension Scene {
  /// A change of a limit from what it is, or was before other faults changed it.
  func change(_ path: String, to value: String) throws(FaultError) -> LimitChange {
    if let other = inForce.lazy.compactMap({ $0.undo.change(of: path) }).first {
      return LimitChange(path: path, before: other.before, during: value)
    }
    return LimitChange(path: path, before: try read(path), during: value)
  }

  /// A change of what such a file says about one device, from what it says now or said before.
  func change(
    _ path: String, of device: String, to value: (_ before: String) -> String
  ) throws(FaultError) -> LimitChange {
    let earlier = inForce.lazy.compactMap { $0.undo.change(of: path) }.first { $0.device == device }
    let text = try read(path)
    let before = earlier?.before ?? LimitChange.line(of: device, in: text, path)
    return LimitChange(path: path, before: before, during: value(before), device: device)
  }

  /// What a file of the container's control group says.
  func read(_ path: String) throws(FaultError) -> String {
    do throws(SystemError) {
      return try site.host.text(of: path)
    } catch {
      throw FaultError(
        error.code == EACCES ? .notPermitted : .failed,
        "the limits of \(container.name) cannot be read (\(path): \(error));"
          + " see whether it still runs")
    }
  }

  /// Refuses, before anything is recorded, what this user may not write.
  func requireWritable(_ path: String) throws(FaultError) {
    guard access(site.host.root + path, W_OK) == 0 else {
      throw LimitWrite.failure(SystemError(code: errno), of: container.name, "a value", path)
    }
  }

  /// The plan that makes these changes in order.
  func plan(changing changes: [LimitChange]) throws(FaultError) -> Plan {
    for change in changes { try requireWritable(change.path) }
    return Plan(
      changes.map { LimitWrite(path: $0.path, value: $0.during, target: container.name) },
      undo: .restore(changes), via: .cgroup)
  }
}
