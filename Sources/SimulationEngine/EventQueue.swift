/// The future event list: what happens next, in order of time, and among equals of insertion.
///
/// Most events of a cluster need no sorting. A *timer* belongs to one thing (a backend's CPU, a
/// stream of arrivals) and has at most one pending time, which may be moved or cleared. A *lane*
/// takes events that are all due after the same constant delay, so that they leave in the order
/// they came. Only the rest goes into an agenda. A tournament among the timers, the heads of the
/// lanes and the first of the agenda finds the next event.
public struct EventQueue<Event: BitwiseCopyable>: ~Copyable {
  /// The simulated time: that of the event taken last.
  public private(set) var now = Instant.zero
  /// How many events have been taken.
  public private(set) var taken: UInt64 = 0

  private var tournament: Tournament
  private let timerEvents: Column<Event>
  private let lanes: UnsafeMutablePointer<Ring<Scheduled<Event>>>
  private let delays: Column<Nanoseconds>
  private var agenda = Agenda<Scheduled<Event>>()
  private var tickets: UInt64 = 0
  /// The timer whose event is being handled: cleared late, since its handler often sets it again.
  private var firing = -1

  private let firstLane: Int
  private let agendaContender: Int

  /// Makes an empty queue with these timers, each with the event that it brings, and one lane for
  /// each of these delays.
  ///
  /// - Parameter crowd: how many of the timers, the first ones, are so many that the others should
  ///   not have to be compared with each.
  public init(timers: [Event], crowd: Int = 0, laneDelays: [Nanoseconds]) {
    timerEvents = Column(timers)
    delays = Column(laneDelays)
    firstLane = timers.count
    agendaContender = timers.count + laneDelays.count
    tournament = Tournament(contenders: agendaContender + 1, crowd: crowd)
    lanes = .allocate(capacity: max(laneDelays.count, 1))
    for lane in 0..<laneDelays.count { (lanes + lane).initialize(to: Ring()) }
  }

  deinit {
    lanes.deinitialize(count: delays.count)
    lanes.deallocate()
  }

  /// Whether nothing is scheduled any more, asked when `next` has returned nil.
  public var isEmpty: Bool { tournament.winner.time == .never }

  /// What comes next of the events that belong to no timer and no lane; nil when there is none.
  ///
  /// It was scheduled long ago, maybe, and what it is about has left the cache since.
  @inline(__always)
  public var upcoming: Event? { agenda.count == 0 ? nil : agenda.first.event }

  /// What comes next of all, as far as it is known when a handler asks, if it belongs to a timer.
  @inline(__always)
  public var upcomingTimer: Event? {
    let contender = tournament.winner.contender
    return contender < firstLane && tournament.winner.time < .never ? timerEvents[contender] : nil
  }

  /// Sets a timer, whatever it was set to before.
  ///
  /// - Complexity: O(log n).
  @inline(__always)
  public mutating func set(_ timer: TimerIndex, at time: Instant) {
    assert(time >= now, "an event is not scheduled in the past")
    if firing == timer.index { firing = -1 }
    tournament.set(timer.index, to: nextDue(at: time))
  }

  /// Clears a timer: its event does not come.
  ///
  /// - Complexity: O(log n).
  public mutating func clear(_ timer: TimerIndex) {
    if firing == timer.index { firing = -1 }
    tournament.set(timer.index, to: .never)
  }

  /// Schedules an event after the constant delay of a lane.
  ///
  /// - Complexity: O(1), O(log n) into an empty lane.
  @inline(__always)
  public mutating func append(_ event: Event, to lane: LaneIndex) {
    let due = nextDue(at: now + delays[lane.index])
    if lanes[lane.index].count == 0 { tournament.set(firstLane + lane.index, to: due) }
    lanes[lane.index].append(Scheduled(due: due, event: event))
  }

  /// Schedules an event at any time from now on.
  ///
  /// - Complexity: O(log n).
  public mutating func schedule(_ event: Event, at time: Instant) {
    assert(time >= now, "an event is not scheduled in the past")
    let due = nextDue(at: time)
    agenda.insert(Scheduled(due: due, event: event))
    if agenda.first.due == due { tournament.set(agendaContender, to: due) }
  }

  /// Takes the next event that is due before a time, and moves the clock to it; nil when there is
  /// none.
  ///
  /// - Complexity: O(log n).
  @inline(__always)
  public mutating func next(before end: Instant) -> Event? {
    if firing >= 0 {
      tournament.set(firing, to: .never)
      firing = -1
    }
    let winner = tournament.winner
    if winner.time >= end { return nil }
    now = winner.time
    let contender = winner.contender
    taken &+= 1
    if contender < firstLane {
      firing = contender
      return timerEvents[contender]
    }
    if contender < agendaContender {
      let lane = lanes + (contender - firstLane)
      let event = lane.pointee.removeFirst().event
      tournament.set(contender, to: lane.pointee.count == 0 ? .never : lane.pointee.first.due)
      return event
    }
    let event = agenda.removeFirst().event
    tournament.set(contender, to: agenda.count == 0 ? .never : agenda.first.due)
    return event
  }

  /// Moves the clock to the time of an event from elsewhere, before which nothing is due here.
  public mutating func advance(to time: Instant) {
    precondition(time >= now, "time does not run backwards")
    now = time
    taken &+= 1
  }

  @inline(__always)
  private mutating func nextDue(at time: Instant) -> Due {
    tickets &+= 1
    return Due(time: time, ticket: tickets)
  }
}

/// The place of a timer in its queue: that of its event in the list given at the start.
public struct TimerIndex: BitwiseCopyable, Sendable, Hashable {
  private let value: UInt32
  var index: Int { Int(value) }
  /// Makes the index of the timer at a place.
  public init(_ index: Int) { value = UInt32(truncatingIfNeeded: index) }
}

/// The place of a lane in its queue: that of its delay in the list given at the start.
public struct LaneIndex: BitwiseCopyable, Sendable, Hashable {
  private let value: UInt32
  var index: Int { Int(value) }
  /// Makes the index of the lane at a place.
  public init(_ index: Int) { value = UInt32(truncatingIfNeeded: index) }
}
