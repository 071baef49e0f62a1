import ExperimentModel
import SimulationEngine

/// The backends as one balancer knows them, in the order of the file.
///
/// It holds what a real balancer holds: its configuration, its own count of the requests that it
/// has sent and not seen answered, and what it has learnt from failures. Each balancer, and each
/// worker where the real program's workers share nothing, has one of its own.
///
/// Most of it is held by its address, so that what a balancer lends to its strategy at each pick
/// is a few words and no copy.
public struct Upstream: ~Copyable {
  let peers: Column<Peer>
  private let state: UnsafeMutablePointer<State>

  private struct State: ~Copyable {
    let addresses: [String]
    let ids: [Int]
    let isPlain: Bool
    var now = Instant.zero
    var primariesPanic = false
    var backupsPanic = false
    var troubled = 0
    var servingPrimaries, servingBackups: Int
    var connections = 0
    var fullConnections = 0
    var warmUps = WarmUps()
  }

  /// One backend as the balancer knows it.
  public struct Peer: BitwiseCopyable {
    /// The configured weight; positive.
    public var weight: Int32
    /// The weight that failures have left it, in nginx.
    public var effectiveWeight: Int32
    /// What smooth weighted round robin has given it and not yet taken back.
    public var credit: Int32 = 0
    /// Requests sent and not seen answered.
    public var outstanding: Int32 = 0
    /// The most requests outstanding at once; 0 for no limit.
    public var maxConnections: Int32
    /// The most while the balancer has few in all, where the limit follows the load; 0 where it
    /// does not.
    public var minConnections: Int32 = 0
    /// Requests that wait in the balancer for this backend and no other.
    public var queued: Int32 = 0
    /// The most requests that may wait for it; 0 for no limit.
    public var maxQueue: Int32 = 0
    /// How many sixteenths of its weight count while it warms up; 16 for all.
    public internal(set) var warmth: Int32 = 16
    /// How many failures exclude it; 0 for never.
    public var maxFails: Int32
    /// How many failed attempts count against it.
    public var fails: Int32 = 0
    /// Whether active checks, or an operator, say that it can be used.
    public var isUp = true
    /// Whether active checks find that it does not work.
    public var isFailing = false
    /// Whether it is used only when no other can be.
    public var isBackup: Bool
    /// Whether the configuration says never to use it.
    public var isDown: Bool
    /// For how many whole seconds it is excluded after the last failure.
    public var failTimeout: Int64
    /// When it was last seen to fail, and last looked at, in whole seconds.
    public var accessed: Int64 = .min / 2
    /// The whole second of the last failure, or of the pick that looks whether it is back.
    public var checked: Int64 = .min / 2

    /// Makes what is known of a backend at the start.
    public init(
      weight: Int = 1, maxConnections: Int = 0, maxFails: Int = 1, failTimeout: Int = 10,
      isBackup: Bool = false, isDown: Bool = false
    ) {
      self.weight = Int32(weight)
      effectiveWeight = Int32(weight)
      self.maxConnections = Int32(maxConnections)
      self.maxFails = Int32(maxFails)
      self.failTimeout = Int64(failTimeout)
      self.isBackup = isBackup
      self.isDown = isDown
    }
  }

  /// Makes the view of a balancer that has sent nothing yet.
  ///
  /// - Parameters:
  ///   - addresses: host and port of each backend; `backend-1:80` and so on without it.
  ///   - ids: the number of each backend; from 1 in the order of the file without it.
  public init(_ peers: [Peer], addresses: [String]? = nil, ids: [Int]? = nil) {
    precondition(!peers.isEmpty, "an upstream has backends")
    precondition(addresses == nil || addresses?.count == peers.count, "each backend has an address")
    precondition(ids == nil || ids?.count == peers.count, "each backend has a number")
    self.peers = Column(peers)
    state = .allocate(capacity: 1)
    state.initialize(
      to: State(
        addresses: addresses ?? (1...peers.count).map { "backend-\($0):80" },
        ids: ids ?? Array(1...peers.count),
        isPlain: peers.allSatisfy { !$0.isBackup && !$0.isDown && $0.maxConnections == 0 },
        servingPrimaries: peers.count { $0.isServing && !$0.isBackup },
        servingBackups: peers.count { $0.isServing && $0.isBackup }))
  }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// How many backends there are; at least one.
  public var count: Int { peers.count }

  /// What each backend is called on the wire, host and port: what rings of hashes are made of.
  ///
  /// It is for the making of a strategy; a pick has no use for it.
  public var addresses: [String] { state.pointee.addresses }

  /// The number of each backend: its place in the file, from 1, unless the configuration says
  /// otherwise.
  ///
  /// HAProxy lays its ring, and orders what it fills up first, by the number (`id`).
  public var ids: [Int] { state.pointee.ids }

  /// The time, on the balancer's clock, of what it is told or asked.
  public internal(set) var now: Instant {
    get { state.pointee.now }
    set { state.pointee.now = newValue }
  }

  /// Whether so few primary backends are up that all are used as if they were.
  public internal(set) var primariesPanic: Bool {
    get { state.pointee.primariesPanic }
    set { state.pointee.primariesPanic = newValue }
  }

  /// Whether so few backups are up that all are used as if they were.
  public internal(set) var backupsPanic: Bool {
    get { state.pointee.backupsPanic }
    set { state.pointee.backupsPanic = newValue }
  }

  /// How many reasons there are to look at each backend: failures that still count, and backends
  /// taken out of use.
  var troubled: Int {
    get { state.pointee.troubled }
    set { state.pointee.troubled = newValue }
  }

  /// How many primary backends are up and have a weight.
  var servingPrimaries: Int {
    get { state.pointee.servingPrimaries }
    set { state.pointee.servingPrimaries = newValue }
  }

  /// How many backups are up and have a weight.
  var servingBackups: Int {
    get { state.pointee.servingBackups }
    set { state.pointee.servingBackups = newValue }
  }

  /// How many requests the balancer has in all, those that wait included, where limits depend on
  /// it.
  var connections: Int {
    get { state.pointee.connections }
    set { state.pointee.connections = newValue }
  }

  /// How many requests in all bring limits that follow the load to their highest; 0 where none
  /// does.
  var fullConnections: Int {
    get { state.pointee.fullConnections }
    set { state.pointee.fullConnections = newValue }
  }

  /// How backends that come back warm up; empty where none does.
  var warmUps: WarmUps {
    _read { yield state.pointee.warmUps }
    _modify { yield &state.pointee.warmUps }
  }

  /// What is known of a backend.
  public subscript(backend: BackendIndex) -> Peer {
    get { peers[backend.int] }
    nonmutating _modify { yield &peers[backend.int] }
  }

  /// Begins to fetch what is known of a backend that will be asked for soon.
  @inline(__always)
  func fetch(_ backend: BackendIndex) { peers.fetch(backend.int) }

  /// Whether every backend can be used for a request's first attempt.
  ///
  /// - Complexity: O(1).
  public var isUntroubled: Bool { state.pointee.isPlain && troubled == 0 }

  /// Whether a backend takes part at all: not down by configuration, and up, or wanted although it
  /// is not because too few are.
  ///
  /// - Complexity: O(1).
  public func isInService(_ backend: BackendIndex) -> Bool {
    let peer = peers[backend.int]
    if peer.isDown || peer.weight == 0 { return false }
    return peer.isUp || (peer.isBackup ? backupsPanic : primariesPanic)
  }

  /// Whether a backend can be used for an attempt: in its group, not tried before, not down, not
  /// excluded by failures, not full.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  public func isUsable(_ backend: BackendIndex, for attempt: Attempt) -> Bool {
    if isUntroubled && attempt.number == 0 { return true }
    let peer = peers[backend.int]
    if !isInService(backend) || peer.isBackup != attempt.usesBackups { return false }
    if peer.maxConnections > 0 && peer.outstanding >= limit(of: backend) { return false }
    if peer.maxFails > 0 && peer.fails >= peer.maxFails
      && attempt.second - peer.checked <= peer.failTimeout
    {
      return false
    }
    return !attempt.hasTried(backend)
  }

  /// The first usable backend of a sequence of random draws, or, where many draws find none, of
  /// the list from a random place on; nil when none is usable.
  ///
  /// - Complexity: O(1) draws while most backends are usable, O(n) at worst.
  public func firstUsable(
    for attempt: Attempt, _ draw: () -> BackendIndex
  ) -> BackendIndex? {
    for _ in 0..<20 {
      let backend = draw()
      if isUsable(backend, for: attempt) { return backend }
    }
    let start = draw().int
    for offset in 0..<count {
      let backend = BackendIndex((start + offset) % count)
      if isUsable(backend, for: attempt) { return backend }
    }
    return nil
  }
}
