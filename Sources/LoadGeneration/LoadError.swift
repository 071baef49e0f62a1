/// A reason why no load was generated, as one sentence for a person.
public struct LoadError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of reason it is; a command turns it into its exit status.
  public enum Kind: Sendable, Hashable {
    /// What the person asked for cannot be meant, or is not there.
    case notUsable
    /// The endpoint is not one that load may be sent to without being told so.
    case notPermitted
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
}
