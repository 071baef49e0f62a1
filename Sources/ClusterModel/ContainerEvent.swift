/// Something that happened to a simulated container, as an engine's stream of events tells it.
public struct ContainerEvent: Sendable, Hashable {
  /// When it happened, in seconds of simulated time.
  public var seconds: Double
  /// The backend whose container it is.
  public var backend: String
  /// What happened.
  public var kind: Kind

  /// Makes an event.
  public init(seconds: Double, backend: String, kind: Kind) {
    self.seconds = seconds
    self.backend = backend
    self.kind = kind
  }

  /// What can happen to a container, in the words of `docker events`.
  public enum Kind: String, Sendable, Hashable {
    /// It went over its memory limit.
    case outOfMemory = "oom"
    /// Its process has ended.
    case died = "die"
    /// It was started again.
    case started = "start"
    /// Its health check found it well.
    case healthy = "health_status: healthy"
    /// Its health check failed as often in a row as its retries.
    case unhealthy = "health_status: unhealthy"
  }

  /// How many events a run keeps; what comes later is not noted.
  static var limit: Int { 10_000 }
}
