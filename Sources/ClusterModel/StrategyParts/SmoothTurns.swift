import ExperimentModel
import SimulationEngine

/// A name under which the catalogue has smooth weighted round robin.
protocol SmoothTurnsCard: SendableMetatype {
  static var card: StrategyCard { get }
}

/// Smooth weighted round robin whose cost follows the number of different weights, and not that of
/// the backends.
///
/// As long as nothing has failed, backends of one weight take turns in the order of the file: all
/// of them have the same credit but those that have had their turn in this round, which have the
/// total less. So of each weight only the next in turn can be the one that has gained most. The
/// picks, and the credits, are those of `Upstream.pickSmoothly`, to which it leaves the rest of the
/// run, with the credits, once some backend cannot be used or a request has failed.
struct SmoothTurns<Name: SmoothTurnsCard>: Strategy, ~Copyable {
  static var card: StrategyCard { Name.card }
  static var traits: StrategyTraits { .ignoresAnswers }

  private let rounds: Column<SmoothRound>
  /// The backends of each round in the order of the file, one round after the other.
  private let members: Column<BackendIndex>
  private let total: Int64
  private var isOver = false

  init(upstream: borrowing Upstream, options: StrategyOptions, randomness: RandomStream) {
    var byWeight: [Int32: [BackendIndex]] = [:]
    for place in 0..<upstream.count {
      let backend = BackendIndex(place)
      byWeight[upstream[backend].weight, default: []].append(backend)
    }
    var rounds: [SmoothRound] = []
    var members: [BackendIndex] = []
    for (weight, backends) in byWeight.sorted(by: { $0.key < $1.key }) {
      rounds.append(
        SmoothRound(
          weight: Int64(weight), first: members.count, end: members.count + backends.count,
          next: members.count, backend: backends[0]))
      members += backends
    }
    total = rounds.reduce(0) { $0 + $1.weight * Int64($1.end - $1.first) }
    self.rounds = Column(rounds)
    self.members = Column(members)
  }

  /// - Complexity: O(different weights); O(n) once something has failed, as in nginx.
  @inline(__always)
  mutating func pick(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    if isOver || !upstream.isUntroubled || attempt.number > 0 {
      return pickOneByOne(for: &attempt, from: upstream)
    }
    var best = 0
    for place in 0..<rounds.count {
      rounds[place].credit &+= rounds[place].weight
      let ahead = rounds[place].credit &- rounds[best].credit
      if ahead > 0 || ahead == 0 && rounds[place].backend.int < rounds[best].backend.int {
        best = place
      }
    }
    let picked = rounds[best].backend
    rounds[best].next &+= 1
    if rounds[best].next == rounds[best].end {
      rounds[best].next = rounds[best].first
      rounds[best].credit &-= total
    }
    rounds[best].backend = members[rounds[best].next]
    return picked
  }

  /// A request that was not answered well may have cost its backend some weight.
  mutating func ended(
    at backend: BackendIndex, after response: Nanoseconds, _ result: AttemptResult,
    in upstream: borrowing Upstream
  ) {
    if result != .answered(200) { leave(to: upstream) }
  }

  mutating func changed(_ backend: BackendIndex, in upstream: borrowing Upstream) {
    leave(to: upstream)
  }

  @inline(never)
  private mutating func pickOneByOne(
    for attempt: inout Attempt, from upstream: borrowing Upstream
  ) -> BackendIndex? {
    leave(to: upstream)
    return upstream.pickSmoothly(for: attempt)
  }

  /// Gives each backend the credit that it has.
  private mutating func leave(to upstream: borrowing Upstream) {
    if isOver { return }
    isOver = true
    for place in 0..<rounds.count {
      let round = rounds[place]
      for member in round.first..<round.end {
        let credit = round.credit - (member < round.next ? total : 0)
        upstream[members[member]].credit = Int32(credit)
      }
    }
  }
}

/// The backends of one weight, which take turns.
private struct SmoothRound: BitwiseCopyable {
  let weight: Int64
  /// Where its backends stand among all, grouped by weight.
  let first, end: Int
  /// Which of them is next.
  var next: Int
  /// The credit of those that have not had their turn.
  var credit: Int64 = 0
  /// The next backend.
  var backend: BackendIndex
}
