/// Clients that behave alike: when they send, how often, and when they give up.
public struct ClientGroup: Sendable, Hashable {
  /// The name in the file.
  public var name: String
  /// When requests are sent.
  public var workload: Workload
  /// When the group begins, counted from the start of the run.
  public var start: Duration
  /// Whether connections are kept for further requests; `ab` opens a new one for each.
  public var keepalive: Bool
  /// When the client gives up waiting; nil waits for ever.
  ///
  /// The work already in the backend goes on.
  public var timeout: Duration?

  /// What the requests are, as far as a balancer can see.
  public var request: RequestKind
  /// What the client does about a failure; nil takes it as it is.
  public var retry: ClientRetry?

  /// Makes a group; the defaults are those of the file format.
  public init(
    name: String,
    workload: Workload,
    start: Duration = .zero,
    keepalive: Bool = false,
    timeout: Duration? = nil,
    request: RequestKind = RequestKind(),
    retry: ClientRetry? = nil
  ) {
    self.name = name
    self.workload = workload
    self.start = start
    self.keepalive = keepalive
    self.timeout = timeout
    self.request = request
    self.retry = retry
  }
}

/// What the requests of a group are, as far as a balancer can see: what hashing strategies hash,
/// and whether a request may be sent twice.
public struct RequestKind: Sendable, Hashable {
  /// The HTTP method.
  public var method: String
  /// How popular each key is; nil for requests without a key.
  public var key: KeyPopularity?
  /// How many addresses the requests come from, all as often; 0 for no address.
  public var clientAddresses: Int
  /// The bytes of a request and of its answer, heads included, where a link's bandwidth counts.
  public var size, response: ByteCount

  /// The size of a message of which nobody says more: a head and a little text.
  public static let standardSize = ByteCount(bytes: 1_024)

  /// Makes a kind; the defaults are those of the file format.
  public init(
    method: String = "GET", key: KeyPopularity? = nil, clientAddresses: Int = 0,
    size: ByteCount = standardSize, response: ByteCount = standardSize
  ) {
    self.method = method
    self.key = key
    self.clientAddresses = clientAddresses
    self.size = size
    self.response = response
  }

  /// Whether sending it twice does no more than sending it once, as nginx sees it
  /// (`proxy_next_upstream`, `non_idempotent`).
  public var isIdempotent: Bool { !["POST", "LOCK", "PATCH"].contains(method) }
}

/// How popular each of a number of keys is.
public enum KeyPopularity: Sendable, Hashable {
  /// All as often.
  case uniform(Int)
  /// The n-th most popular of `count` keys in proportion to 1 / n^`exponent`.
  case zipf(count: Int, exponent: Double)
}
