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

  public static func < (a: Due, b: Due) -> Bool {
    a.time < b.time || (a.time == b.time && a.ticket < b.ticket)
  }
}

/// An event and when it is due: the row of every queue, at most 24 bytes.
public struct Scheduled<Event: BitwiseCopyable>: BitwiseCopyable, Comparable {
  /// When it is due.
  public var due: Due
  /// What is then to happen.
  public var event: Event

  public static func < (a: Scheduled, b: Scheduled) -> Bool { a.due < b.due }
  public static func == (a: Scheduled, b: Scheduled) -> Bool { a.due == b.due }
}
