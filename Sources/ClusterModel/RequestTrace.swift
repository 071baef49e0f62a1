/// The way of one request through the system, hop by hop.
public struct RequestTrace: Sendable, Hashable {
  /// How many requests were sent before it, by any client.
  public var number: Int
  /// The client group that sent it.
  public var client: String
  /// When it was sent, in seconds of simulated time.
  public var sentSeconds: Double
  /// From its sending to its end, in seconds.
  public var latency: Double
  /// How it ended for its client: `succeeded`, or the kind of its failure.
  public var ending: String
  /// What happened to it, in the order of time.
  public var hops: [Hop]

  /// One thing that happened to a request.
  public struct Hop: Sendable, Hashable {
    /// When, in seconds since the request was sent, on the clock of where it happened.
    public var seconds: Double
    /// What happened.
    public var stage: Stage
    /// Where: a client group, a balancer or a backend.
    public var node: String
  }

  /// What can happen to a request.
  public enum Stage: String, BitwiseCopyable, Sendable, Hashable, CaseIterable {
    /// Its client sends it.
    case sent
    /// Its client sends it again after a failure.
    case sentAgain = "sent again"
    /// The balancer hears of it.
    case reachedBalancer = "reached balancer"
    /// The balancer has picked the backend, and sends it there.
    case picked
    /// It waits for a worker of the backend.
    case queued = "waits for a worker"
    /// The backend has no room for its connection, which is tried again.
    case noRoom = "no room"
    /// The backend's host refuses it.
    case refused
    /// The backend's host is not there, which its sender learns only by waiting.
    case unreachable = "nobody there"
    /// A worker begins with it, or with the next stage of its service.
    case began = "service began"
    /// The backend has done with it, and answers.
    case served = "service done"
    /// The balancer has the answer, and passes it on.
    case answered = "answer at balancer"
    /// The balancer learns that the attempt has come to nothing.
    case failed = "attempt failed"
    /// The client has its answer.
    case received
    /// The client has waited long enough.
    case gaveUp = "gave up"
  }
}
