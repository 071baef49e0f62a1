/// When something is due: by time, and among equals by insertion.
public struct Due: BitwiseCopyable, Sendable, Hashable, Comparable {
  /// The simulated time.
  public var time: Instant
  /// How many insertions came before; unique, so that no two are equal.
  public var ticket: UInt64

  init(time: Instant, ticket: UInt64) {
    self.time = time
    self.ticket = ticket
  }

  static var never: Due { Due(time: .never, ticket: .max) }

  /// Whether one comes before the other; a comparison of a time and a ticket.
  @inline(__always)
  public static func < (a: Due, b: Due) -> Bool { a.order < b.order }

  /// Both in one number, so that a comparison is two subtractions and no branch.
  @inline(__always)
  private var order: UInt128 {
    UInt128(UInt64(bitPattern: time.nanoseconds)) << 64 | UInt128(ticket)
  }
}

/// An event and when it is due: the row of every queue, at most 24 bytes.
public struct Scheduled<Event: BitwiseCopyable>: AgendaRow {
  /// When it is due.
  public var due: Due
  /// What is then to happen.
  public var event: Event
  /// When it is due.
  public var time: Instant { due.time }

  /// Whether one is due before the other.
  @inline(__always)
  public static func < (a: Scheduled, b: Scheduled) -> Bool { a.due < b.due }
  /// Whether both are the same row: no two have the same ticket.
  public static func == (a: Scheduled, b: Scheduled) -> Bool { a.due == b.due }
}
