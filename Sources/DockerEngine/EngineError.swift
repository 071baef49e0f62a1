/// A reason why the engine did not do what it was asked.
///
/// Each case is told to a person as one sentence: where, what, and what to do.
public enum EngineError: Error, Sendable, Hashable {
  /// The address of the engine cannot be used at all.
  case addressNotUsable(String, reason: String)
  /// Nobody answers at the address.
  case unreachable(address: String, reason: String)
  /// This user may not speak to the engine.
  case notPermitted(address: String)
  /// The engine did not answer in time, so it is not known whether it did what it was asked.
  case noAnswer(call: String, seconds: Double)
  /// The connection broke after the request was sent; what the engine did is not known.
  case brokenOff(call: String, reason: String)
  /// The engine speaks an interface older than any that is spoken here.
  case tooOld(address: String, version: String)
  /// The engine refused, with an HTTP status and its own words.
  case refused(call: String, status: Int, message: String)
  /// The answer is not what the engine's interface describes.
  case notUnderstood(call: String, detail: String)
}

extension EngineError: CustomStringConvertible {
  /// The error as one sentence, without a full stop.
  public var description: String {
    switch self {
    case .addressNotUsable(let text, let reason):
      "DOCKER_HOST is \(text), which cannot be used: \(reason)"
    case .unreachable(let address, let reason):
      "the container engine at \(address) cannot be reached (\(reason));"
        + " start it, or set DOCKER_HOST"
    case .notPermitted(let address):
      "you may not use the container engine at \(address);"
        + " run as root, or as a member of the group that owns its socket"
    case .noAnswer(let call, let seconds):
      "the container engine did not answer \(call) within \(seconds) s; see whether it hangs"
    case .brokenOff(let call, let reason):
      "the container engine broke off during \(call) (\(reason)); see whether it still runs"
    case .tooOld(let address, let version):
      "the container engine at \(address) speaks version \(version) of its API,"
        + " and \(APIVersion.oldest) is the oldest that is spoken here; upgrade the engine"
    case .refused(let call, let status, let message):
      "the container engine refused \(call) with status \(status): \(message)"
    case .notUnderstood(let call, let detail):
      "the container engine's answer to \(call) is not understood: \(detail)"
    }
  }

  /// Whether it is certain that the engine did nothing.
  ///
  /// An engine that was never reached or that refused has changed nothing; one that fell silent may
  /// have done what it was asked.
  public var nothingWasDone: Bool {
    switch self {
    case .addressNotUsable, .unreachable, .notPermitted, .tooOld: true
    case .refused(_, let status, _): status < 500
    case .noAnswer, .brokenOff, .notUnderstood: false
    }
  }

  /// Whether the engine said that the container does not exist (any more).
  public var isNotFound: Bool {
    if case .refused(_, 404, _) = self { true } else { false }
  }

  /// Whether the engine said that the container is in the wrong state for the call.
  public var isConflict: Bool {
    if case .refused(_, 409, _) = self { true } else { false }
  }
}
