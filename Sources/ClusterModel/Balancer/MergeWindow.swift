import SimulationEngine

/// When Envoy's workers hear that hosts have come or gone: the first news reaches them at once, and
/// whatever follows within a second all together at the end of one.
///
/// Source: Envoy, `source/common/upstream/cluster_manager_impl.cc` (scheduleUpdate, applyUpdates);
/// the window is `update_merge_window`, whose standard is 1 s.
struct MergeWindow: BitwiseCopyable {
  private var latest = Instant(nanoseconds: .min / 2)
  /// When the news that wait are delivered; `never` when none do.
  private(set) var due = Instant.never

  private static var length: Nanoseconds { Nanoseconds(1_000_000_000) }

  /// Takes news; true when they are to be delivered at once.
  mutating func passes(at now: Instant) -> Bool {
    if latest + MergeWindow.length < now {
      deliver(at: now)
      return true
    }
    if due == .never { due = now + MergeWindow.length }
    return false
  }

  /// Notes that all news are delivered.
  mutating func deliver(at now: Instant) {
    latest = now
    due = .never
  }
}
