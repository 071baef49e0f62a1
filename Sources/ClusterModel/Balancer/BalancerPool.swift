import ExperimentModel
import SimulationEngine

/// The balancers of a cluster, and which of them a client turns to.
///
/// Each has a mind of its own, which knows only what it has seen itself. A worker process of nginx
/// is one, since its workers share nothing (unless a `zone` is configured); the threads of the
/// other programs share what they know, and only the work is divided among them.
struct BalancerPool: ~Copyable {
  /// How many minds there are.
  let count: Int
  private let minds: UnsafeMutablePointer<Balancer>
  /// The minds of each balancer of the file.
  private let members: Column<Members>
  /// Which balancer the next connection of each client group goes to.
  private let turns: Column<Int>
  private var kept: KeptConnections
  private let workers: RandomStream
  /// Whether connections matter, because of several minds, or of a program that decides once for
  /// each.
  let followsConnections: Bool

  /// The minds of one balancer of the file.
  struct Members: BitwiseCopyable {
    let first: Int
    let count: Int
  }

  init(_ topology: Topology, _ rules: [BalancerRules], shop: inout SamplerShop) {
    var members: [Members] = []
    for balancer in topology.balancers {
      let first = members.last.map { $0.first + $0.count } ?? 0
      members.append(Members(first: first, count: balancer.like.minds(workers: balancer.workers)))
    }
    count = members.reduce(0) { $0 + $1.count }
    minds = .allocate(capacity: count)
    for (place, balancer) in topology.balancers.enumerated() {
      for mind in members[place].first..<members[place].first + members[place].count {
        let door = FrontDoor(balancer, number: mind, seed: topology.run.seed, shop: &shop)
        (minds + mind).initialize(
          to: Balancer(balancer, rules[place], of: topology, door: door, number: mind))
      }
    }
    self.members = Column(members)
    turns = Column(repeating: 0, count: topology.clients.count)
    kept = KeptConnections(groups: topology.clients.count)
    workers = RandomStream(seed: topology.run.seed, purpose: "workers")
    followsConnections = count > 1 || rules.contains { $0.program == .ipvs }
  }

  deinit {
    minds.deinitialize(count: count)
    minds.deallocate()
  }

  /// A balancer, or one of its workers.
  ///
  /// - Complexity: O(1).
  subscript(index: BalancerIndex) -> Balancer {
    unsafeAddress { UnsafePointer(minds + index.int) }
    nonmutating unsafeMutableAddress { minds + index.int }
  }

  /// The balancer of the file that a mind belongs to.
  ///
  /// - Complexity: O(balancers).
  func group(of mind: BalancerIndex) -> Int {
    (0..<members.count).last { members[$0].first <= mind.int } ?? 0
  }

  /// The conduct of a mind, for what is made to measure before the run.
  func rules(of mind: Int) -> BalancerRules { minds[mind].rules }

  /// The minds of a balancer of the file.
  func minds(of group: Int) -> Range<Int> {
    members[group].first..<members[group].first + members[group].count
  }

  /// Where a request of a client group goes on a connection that it opens: to the balancers in
  /// turn, and there to any worker, as the kernel spreads connections over sockets that share a
  /// port (`SO_REUSEPORT`).
  mutating func open(from client: ClientIndex, serial: UInt64) -> BalancerIndex {
    let group = turns[client.int]
    turns[client.int] = group + 1 == members.count ? 0 : group + 1
    let members = members[group]
    if members.count == 1 { return BalancerIndex(members.first) }
    var stream = workers.substream(serial)
    return BalancerIndex(members.first + Int(stream.below(UInt64(members.count))))
  }

  /// Takes the connection that a client group has kept last; nil when there is none.
  mutating func takeKept(of client: ClientIndex) -> KeptConnections.Connection? {
    kept.take(of: client)
  }

  /// Keeps a connection for the next request of a client group.
  mutating func keep(_ connection: KeptConnections.Connection, of client: ClientIndex) {
    kept.keep(connection, of: client)
  }
}

/// The idle connections of clients: which balancer each leads to.
struct KeptConnections: ~Copyable {
  private var nodes = Column(repeating: Node(), count: 0)
  private var firstFree = -1
  private let newest: Column<Int>

  /// An open connection of a client.
  struct Connection: BitwiseCopyable {
    var balancer = BalancerIndex(0)
    /// The backend that it leads on to, where it is forwarded as a whole.
    var backend = BackendIndex.none
  }

  private struct Node: BitwiseCopyable {
    var connection = Connection()
    var next = -1
  }

  init(groups: Int) { newest = Column(repeating: -1, count: groups) }

  /// - Complexity: O(1).
  mutating func take(of client: ClientIndex) -> Connection? {
    let top = newest[client.int]
    if top < 0 { return nil }
    newest[client.int] = nodes[top].next
    nodes[top].next = firstFree
    firstFree = top
    return nodes[top].connection
  }

  /// - Complexity: amortised O(1).
  mutating func keep(_ connection: Connection, of client: ClientIndex) {
    if firstFree < 0 {
      let old = nodes.count
      nodes.grow(to: max(64, 2 * old), filling: Node())
      for place in old..<nodes.count {
        nodes[place].next = place + 1 < nodes.count ? place + 1 : -1
      }
      firstFree = old
    }
    let place = firstFree
    firstFree = nodes[place].next
    nodes[place] = Node(connection: connection, next: newest[client.int])
    newest[client.int] = place
  }
}

extension BalancerProgram {
  /// How many minds so many workers are: those of nginx share nothing.
  fileprivate func minds(workers: Int) -> Int { self == .nginx ? workers : 1 }
}
