import ExperimentModel

/// The memory of one container, in bytes: its process, its requests, and what a fault takes.
///
/// A request holds memory from the moment at which a worker has it; a connection that waits in the
/// backlog is the kernel's, and costs the container nothing. Page cache and swap are left out: all
/// of it is memory that cannot be reclaimed, so one byte over the limit ends the process.
struct MemoryAccount: BitwiseCopyable {
  private let base, each: Int
  /// The limit; the largest integer for none.
  private(set) var limit: Int
  private var filled = 0
  /// The most that was held at once.
  private(set) var peak: Int
  /// So many requests are known to fit, and to be no news for the peak.
  private var known = 0

  init(_ backend: Backend) {
    base = backend.memoryBase.bytes
    each = backend.service.memory.bytes
    limit = backend.memory?.bytes ?? .max
    peak = base
    if each == 0 && base <= limit { known = .max }
  }

  /// Whether so many requests fit, which from now on are there.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  mutating func holds(requests: Int) -> Bool { requests <= known || grow(to: requests) }

  @inline(never)
  private mutating func grow(to requests: Int) -> Bool {
    let (held, overflows) = requests.multipliedReportingOverflow(by: each)
    let use = overflows ? Int.max : held.addingReportingOverflow(base + filled).partialValue
    let fits = !overflows && use >= 0 && use <= limit
    peak = max(peak, fits ? use : limit)
    if fits { known = each == 0 ? .max : requests }
    return fits
  }

  /// Changes the limit, nil for none; whether so many requests still fit.
  mutating func setLimit(_ bytes: Int?, requests: Int) -> Bool {
    limit = bytes ?? .max
    return grow(to: requests)
  }

  /// Changes what a fault takes; whether so many requests still fit.
  mutating func fill(_ bytes: Int, requests: Int) -> Bool {
    filled = bytes
    known = 0
    return grow(to: requests)
  }

  /// The process has died, and with it whatever filled its memory.
  mutating func clear() {
    filled = 0
    known = 0
  }
}
