import Glibc

/// How many files, and so connections, this process may have open.
enum FileLimit {
  /// What the rest of a process needs.
  private static let spare = 64

  /// Raises the limit as far as the system lets this user, and says how many connections fit.
  static func raise() -> Int {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(min(limit.rlim_cur, 1 << 20)) - spare
  }
}
