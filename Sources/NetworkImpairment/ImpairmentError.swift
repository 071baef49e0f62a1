import Glibc

/// A reason why packets are not changed, or still are, as one sentence for a person.
public struct ImpairmentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of reason it is.
  public enum Kind: Sendable, Hashable {
    /// This process may not change the network.
    case notPermitted
    /// This machine lacks what it takes.
    case notSupported
    /// The network namespace is gone, and all rules with it.
    case namespaceIsGone
    /// Something went wrong that nobody asked for.
    case failed
  }

  /// What kind of reason it is.
  public let kind: Kind
  /// Where, what, and what to do; without a full stop.
  public let description: String

  /// Makes an error of its sentence.
  public init(_ kind: Kind, _ sentence: String) {
    self.kind = kind
    description = sentence
  }

  /// Makes an error of what the system said to an attempt, such as `entering the namespace`.
  init(_ error: SystemError, _ attempt: String) {
    if error.code == EPERM || error.code == EACCES {
      self.init(
        .notPermitted,
        "\(attempt) is not permitted to this user; run chaos as root (CAP_NET_ADMIN and"
          + " CAP_SYS_ADMIN)")
    } else {
      self.init(.failed, "\(attempt) failed: \(error)")
    }
  }
}

/// An error number of the system.
struct SystemError: Error, Hashable, CustomStringConvertible {
  let code: Int32

  /// The number that the last call of this thread left.
  static var last: SystemError { SystemError(code: errno) }

  var description: String { String(cString: strerror(code)) }
}
