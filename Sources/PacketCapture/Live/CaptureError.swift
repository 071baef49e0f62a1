import Glibc

/// Why packets cannot be captured, as one sentence.
public struct CaptureError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of reason it is; a command turns it into its exit status.
  public enum Kind: Sendable, Hashable {
    /// What the person asked for is not there, or makes no sense.
    case notUsable
    /// This process may not do it.
    case notPermitted
    /// Something went wrong that nobody asked for.
    case failed
  }

  /// What kind of reason it is.
  public let kind: Kind
  /// Where, what, and what to do; without a full stop.
  public let description: String

  /// Makes an error of its sentence.
  init(_ kind: Kind, _ sentence: String) {
    self.kind = kind
    description = sentence
  }

  /// Makes an error of the system's number for it.
  init(_ code: Int32, _ what: String) {
    let isForbidden = code == EPERM || code == EACCES
    let advice = isForbidden ? "; be root, or ask for less" : ""
    self.init(
      isForbidden ? .notPermitted : code == ENOENT ? .notUsable : .failed,
      "\(what): \(String(cString: strerror(code)))\(advice)")
  }
}
