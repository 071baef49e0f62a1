import Glibc

/// The clock of live runs: it only goes forward, and nobody sets it.
public enum MonotonicClock {
  /// Nanoseconds of `CLOCK_MONOTONIC`.
  public static var nanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
