import ExperimentModel
import SimulationEngine

/// The active checks of a cluster: one for each balancer that checks, and each of its backends.
struct CheckTable: ~Copyable {
  private let rows: Column<Check>
  private var sent: UInt64 = 0

  init(_ topology: Topology) {
    var rows: [Check] = []
    for (group, balancer) in topology.balancers.enumerated() {
      guard let checks = balancer.active else { continue }
      for (place, backend) in topology.backends.enumerated() where !backend.isDown {
        // HAProxy spreads the first checks over the interval; the others begin at once.
        let share = Double(place) / Double(topology.backends.count)
        let wait = balancer.like == .haproxy ? share * Double(checks.interval.nanoseconds) : 0
        rows.append(
          Check(
            checks, of: balancer.like, group: group, backend: BackendIndex(place),
            first: .zero + Nanoseconds(nearest: wait)))
      }
    }
    self.rows = Column(rows)
  }

  /// How many there are.
  var count: Int { rows.count }

  subscript(index: CheckIndex) -> Check {
    get { rows[index.int] }
    nonmutating _modify { yield &rows[index.int] }
  }

  /// The check of a backend by a balancer of the file; nil when there is none.
  ///
  /// - Complexity: O(checks), for what happens seldom.
  func index(of backend: BackendIndex, by group: Int) -> CheckIndex? {
    (0..<rows.count).first { rows[$0].group == group && rows[$0].backend == backend }
      .map(CheckIndex.init)
  }

  /// The number of the next check, higher than that of any request.
  mutating func nextSerial() -> UInt64 {
    sent += 1
    return 1 << 54 | sent
  }
}

/// How one balancer checks one backend, and what it knows by that.
struct Check: BitwiseCopyable {
  /// The balancer's place in the file.
  let group: Int
  let backend: BackendIndex
  /// When the first check is due.
  let first: Instant
  /// When one has failed for want of an answer.
  let timeout: Nanoseconds
  /// Whether it asks for an answer, and not only for a connection.
  let asksForAnswer: Bool
  /// The check under way; `none` between two.
  var request = RequestIndex.none
  private let failsByStatus: Bool
  private let pauses: (normal: Nanoseconds, fast: Nanoseconds, down: Nanoseconds)
  private var health: ServerHealth

  init(
    _ checks: ActiveChecks, of program: BalancerProgram, group: Int, backend: BackendIndex,
    first: Instant
  ) {
    self.group = group
    self.backend = backend
    self.first = first
    timeout = Nanoseconds(checks.timeout.nanoseconds)
    asksForAnswer = checks.isHTTP
    // In Envoy a bad status takes a host down at once, however many failures it may have.
    failsByStatus = program == .envoy
    pauses = (
      Nanoseconds(checks.interval.nanoseconds), Nanoseconds(checks.fastInterval.nanoseconds),
      Nanoseconds(checks.downInterval.nanoseconds)
    )
    health = ServerHealth(
      rise: checks.rise, fall: checks.fall, isOnTrial: program == .haproxy)
  }

  /// How long after the end of a check the next one begins.
  var pause: Nanoseconds {
    switch health.pace {
    case .normal: pauses.normal
    case .fast: pauses.fast
    case .down: pauses.down
    }
  }

  /// Takes the backend down, whatever the checks have said.
  mutating func takeDown() -> ServerHealth.Change? { health.takeDown() }

  /// Takes the end of a check, and says whether it changes what is known.
  mutating func take(_ result: AttemptResult) -> ServerHealth.Change? {
    guard case .answered(let status) = result else { return health.take(hasPassed: false) }
    let hasPassed = (200..<400).contains(status)
    return failsByStatus && !hasPassed ? health.takeDown() : health.take(hasPassed: hasPassed)
  }
}
