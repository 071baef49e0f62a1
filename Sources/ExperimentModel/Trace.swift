/// Requests as they were once observed.
public struct Trace: Sendable, Hashable {
  /// The requests in the order of time.
  public var arrivals: [Arrival]

  /// One observed request.
  public struct Arrival: Sendable, Hashable {
    /// When it came, counted from the start of its group.
    public var at: Duration
    /// What hashing strategies hash; nil for none.
    public var key: String?
    /// The IPv4 address that it came from, the first octet highest; nil for none.
    public var clientAddress: UInt32?

    /// Makes an observed request.
    public init(at: Duration, key: String? = nil, clientAddress: UInt32? = nil) {
      self.at = at
      self.key = key
      self.clientAddress = clientAddress
    }
  }

  /// Makes a trace, whose requests are put into the order of time.
  public init(_ arrivals: [Arrival]) {
    let order = arrivals.indices.sorted { (arrivals[$0].at, $0) < (arrivals[$1].at, $1) }
    self.arrivals = order.map { arrivals[$0] }
  }

  /// The part of it that an extent leaves.
  func cut(to extent: Extent) -> Trace {
    var part = self
    switch extent {
    case .requests(let count): part.arrivals = Array(arrivals.prefix(count))
    case .duration(let length): part.arrivals = arrivals.filter { $0.at < length }
    case .untilRunEnds: break
    }
    return part
  }
}
