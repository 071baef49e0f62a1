import ExperimentModel
import SimulationEngine

/// One thing that happens in a script.
public struct ScriptedStep: Sendable, Hashable {
  /// When, on the balancer's clock.
  public var at: Instant
  /// What.
  public var action: Action

  /// What can happen.
  public enum Action: Sendable, Hashable {
    /// A request runs to its end before the next step.
    case request(ScriptedRequest)
    /// A request is sent, and the backend that gets it holds it open under this name.
    case start(String, ScriptedRequest)
    /// The backend answers a request that it held open.
    case finish(String)
    /// A backend behaves so from now on.
    case backend(Int, BackendMode)
    /// An operator takes a server out of use, or puts it back.
    case admin(Int, isUp: Bool)
    /// An operator gives a server another weight.
    case weight(Int, Int)
    /// Nothing, for a while.
    case sleep
  }

  /// Makes a step.
  public init(at: Instant, action: Action) {
    self.at = at
    self.action = action
  }
}

/// What a balancer sees of a request in a script.
public struct ScriptedRequest: Sendable, Hashable {
  /// What hashing strategies hash; nil where they find nothing.
  public var key: String?
  /// Where it comes from.
  public var address: ClientAddress
  /// Whether it may be sent twice.
  public var isIdempotent: Bool

  /// Makes a request.
  public init(
    key: String? = nil, address: ClientAddress = .none, isIdempotent: Bool = true
  ) {
    self.key = key
    self.address = address
    self.isIdempotent = isIdempotent
  }
}

/// How a backend of a script treats connections.
public enum BackendMode: Sendable, Hashable {
  /// It answers with 200.
  case up
  /// Its port is closed.
  case refuse
  /// It reads the request and closes the connection.
  case close
  /// It reads the request and never answers.
  case hang
  /// It answers with this status.
  case status(UInt16)

  /// What the balancer sees of an attempt.
  var result: AttemptResult {
    switch self {
    case .up: .answered(200)
    case .refuse: .refused
    case .close: .brokeOff
    case .hang: .readTimeout
    case .status(let status): .answered(status)
    }
  }
}

/// What a balancer did at one step of a script.
public struct StepOutcome: Sendable, Hashable {
  /// Its attempts in order; the last one without a backend if no server was usable for it.
  public var attempts: [ScriptedAttempt] = []
  /// What the client was told; nil as long as nobody has told it anything.
  public var status: UInt16?
  /// How long the request took, apart from a backend that holds it open.
  public var took = Nanoseconds.zero
  /// The server that holds the request open now.
  public var holder: Int?
  /// Whether the request waits in the balancer for a server.
  public var isQueued = false
  /// Whether it went without a server because those that it might have had were full.
  public var lacksRoom = false
  /// The full server that the strategy had bound it to, where it went without one.
  public var boundTo: Int?
  /// The requests that got a server because of this step, in order.
  public var dequeued: [Dequeued] = []

  /// A request that waited, and the server that holds it now.
  public struct Dequeued: Sendable, Hashable {
    /// The name of the request in the script.
    public var id: String
    /// The place of the server.
    public var server: Int
  }
}

/// One attempt of a balancer in a script.
public struct ScriptedAttempt: Sendable, Hashable {
  /// The place of the server; nil when none was usable.
  public var server: Int?
  /// How it ended; nil while the backend holds it open, or without a server.
  public var result: AttemptResult?
}
