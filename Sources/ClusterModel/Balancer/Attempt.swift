import SimulationEngine

/// One attempt to have a request served: what a strategy may know about the request, and what the
/// balancer remembers of its earlier attempts.
public struct Attempt: BitwiseCopyable {
  // What every pick needs comes first, so that it lies in one line of the cache.
  /// The time of the pick on the balancer's clock.
  public var now: Instant
  /// When the first attempt began.
  public private(set) var begun: Instant
  /// How many attempts came before.
  public internal(set) var number: Int32 = 0
  /// How many attempts the request has left, this one included.
  var triesLeft: Int32 = 1
  /// The backend of the attempt before, which failed; `none` at first.
  public internal(set) var avoided = BackendIndex.none
  /// The backend that the strategy has bound a waiting request to; `none` for any.
  var waitsFor = BackendIndex.none
  /// Whether the primary backends are used up, and backups are picked from.
  public internal(set) var usesBackups = false
  /// Whether a backend that is full may be picked, because the balancer has a queue for it.
  public internal(set) var mayWait = false
  /// Whether a request that was sent may be sent again.
  public internal(set) var isIdempotent: Bool
  // The backends tried: a bit for each of the first 64.
  private var triedBits: UInt64 = 0

  /// What hashing strategies hash: a URI, a header, a part of the request.
  public internal(set) var key: RequestKey
  /// Where the request comes from.
  public internal(set) var address: ClientAddress
  /// What a hashing strategy keeps from one attempt of a request to the next.
  public var hash: UInt32 = 0
  /// How often a hashing strategy has hashed for this request.
  public var rehashes: UInt32 = 0
  /// How often what it hashed, or drew, was not usable.
  public var rejections: UInt32 = 0
  // The places of up to four others that were tried.
  private var triedPlaces: (UInt32, UInt32, UInt32, UInt32) = (.max, .max, .max, .max)

  /// Makes the first attempt of a request.
  public init(
    now: Instant, key: RequestKey = .none, address: ClientAddress = .none,
    isIdempotent: Bool = true
  ) {
    self.now = now
    begun = now
    self.key = key
    self.address = address
    self.isIdempotent = isIdempotent
  }

  /// Says when the balancer takes the request in.
  mutating func begin(at time: Instant) {
    now = time
    begun = time
  }

  /// The whole second of the pick: the clock of nginx.
  public var second: Int64 { now.nanoseconds / 1_000_000_000 }

  /// Whether a backend was tried before for this request.
  ///
  /// In an upstream of more than 64 backends only the last four of those behind the 64th are
  /// remembered.
  public func hasTried(_ backend: BackendIndex) -> Bool {
    if backend.int < 64 { return triedBits & 1 << UInt64(backend.int) != 0 }
    let place = backend.value
    return triedPlaces.0 == place || triedPlaces.1 == place || triedPlaces.2 == place
      || triedPlaces.3 == place
  }

  /// Remembers that a backend was picked for this request.
  mutating func remember(_ backend: BackendIndex) {
    if backend.int < 64 {
      triedBits |= 1 << UInt64(backend.int)
    } else {
      triedPlaces = (backend.value, triedPlaces.0, triedPlaces.1, triedPlaces.2)
    }
  }

  /// Forgets which backends were tried, as when a program turns to its backups.
  mutating func forgetTried() {
    triedBits = 0
    triedPlaces = (.max, .max, .max, .max)
  }
}

/// The bytes that a hashing strategy hashes, owned by whoever made the request.
public struct RequestKey: BitwiseCopyable, @unchecked Sendable {
  // Points into a table that outlives every request, so copies are safe.
  let start: UnsafePointer<UInt8>?
  let length: Int

  /// No key.
  public static var none: RequestKey { RequestKey(start: nil, length: 0) }

  init(start: UnsafePointer<UInt8>?, length: Int) {
    self.start = start
    self.length = length
  }

  /// The bytes.
  public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: length) }

  /// Whether there is nothing to hash.
  public var isEmpty: Bool { length == 0 }
}

/// The keys that requests may have, one after the other in memory that lives as long as the table.
public final class KeyTable: @unchecked Sendable {
  // Written once, by `init`, and read-only from then on.
  private let bytes: UnsafeMutablePointer<UInt8>
  private var ends: [Int] = []

  /// Makes a table of these keys.
  public init(_ keys: [String]) {
    let all = keys.flatMap { Array($0.utf8) }
    bytes = .allocate(capacity: max(all.count, 1))
    for (place, byte) in all.enumerated() { (bytes + place).initialize(to: byte) }
    var end = 0
    for key in keys {
      end += key.utf8.count
      ends.append(end)
    }
  }

  deinit { bytes.deallocate() }

  /// The key at a place.
  public subscript(place: Int) -> RequestKey {
    let start = place == 0 ? 0 : ends[place - 1]
    return RequestKey(start: UnsafePointer(bytes + start), length: ends[place] - start)
  }
}

/// The address of a client: what strategies that hash addresses see.
public struct ClientAddress: BitwiseCopyable, Sendable, Hashable {
  /// The upper half of an IPv6 address; 0 for IPv4.
  public let high: UInt64
  /// The lower half of an IPv6 address, or the 32 bits of an IPv4 one.
  public let low: UInt64
  /// The number of bytes: 4, 16, or 0 for none.
  public let length: UInt8

  /// No address.
  public static var none: ClientAddress { ClientAddress(high: 0, low: 0, length: 0) }

  private init(high: UInt64, low: UInt64, length: UInt8) {
    self.high = high
    self.low = low
    self.length = length
  }

  /// Makes an IPv4 address from its 32 bits, the first octet highest.
  public init(v4 bits: UInt32) { self.init(high: 0, low: UInt64(bits), length: 4) }

  /// Makes an IPv6 address from its two halves, the first octet highest.
  public init(v6High high: UInt64, low: UInt64) { self.init(high: high, low: low, length: 16) }
}
