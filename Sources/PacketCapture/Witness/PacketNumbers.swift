/// What the numbers of one direction's IPv4 packets tell.
///
/// Linux numbers the packets of each connected socket one by one (`inet_id` of its sockets, the
/// Identification of RFC 791), before anything can happen to them on their way. So a number
/// that never comes is a packet that was lost, one that comes twice was duplicated on the way and
/// not sent again, and one that comes late was overtaken. A capture behind the fault sees all.
struct PacketNumbers {
  /// What a number is found to be.
  enum Finding: Equatable {
    /// It follows those of the packet before, apart from so many that have not come.
    case inOrder(missing: Int)
    /// One that was missing has come after all.
    case late
    /// It has come before.
    case repeated
    /// It says nothing: it is far off, or nobody knows how many the packet before took.
    case untold
  }

  /// How far a number may be from what is expected and still belong to the same count.
  private static let reach = 256
  /// How many missing numbers are remembered, to know those that come late.
  private static let memory = 64

  private var next: UInt16?
  /// Whether nobody knows how many numbers the packet before took.
  private var isVague = false
  private var missing: [UInt16] = []
  /// What would follow a number that was far off, if the count began anew with it.
  private var restart: UInt16?

  /// Judges the number of the next packet.
  ///
  /// - Parameter count: how many numbers it takes, which are several for a batch that is cut up
  ///   later; nil when nobody knows.
  mutating func take(_ number: UInt16, count: Int?) -> Finding {
    guard let next else {
      begin(after: number, count)
      return .untold
    }
    let ahead = Int(Int16(bitPattern: number &- next))
    if isVague, (0...Self.reach).contains(ahead) {
      begin(after: number, count)
      return .untold
    }
    if (0...Self.reach).contains(ahead) {
      for step in 0..<ahead { missing.append(next &+ UInt16(step)) }
      missing.removeFirst(max(0, missing.count - Self.memory))
      begin(after: number, count)
      return .inOrder(missing: ahead)
    }
    if (-Self.reach..<0).contains(ahead) {
      if isVague { return .untold }
      guard let place = missing.firstIndex(of: number) else { return .repeated }
      missing.remove(at: place)
      return .late
    }
    if number == restart {
      missing = []
      begin(after: number, count)
    } else {
      restart = number &+ 1
    }
    return .untold
  }

  /// Passes over a packet whose number cannot be believed: it has that which was expected.
  mutating func skip(count: Int?) {
    if let next { begin(after: next, count) }
  }

  private mutating func begin(after number: UInt16, _ count: Int?) {
    next = number &+ UInt16(truncatingIfNeeded: count ?? 1)
    isVague = count == nil
    restart = nil
  }
}
