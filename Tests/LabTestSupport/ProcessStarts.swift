import Glibc
import Synchronization

/// The processes that tests are starting just now.
///
/// Until it has become another program, a process has copies of our open files, and with them our
/// locks: one that everybody has let go of is taken until then.
public enum ProcessStarts {
  /// How many were begun so far, and the numbers of those that have not become their program yet.
  private static let state = Mutex((begun: 0, open: Set<Int>()))

  /// Starts a process, and returns when it has become its program.
  public static func start<Value>(_ process: () throws -> Value) rethrows -> Value {
    let number = state.withLock { state in
      state.begun += 1
      state.open.insert(state.begun)
      return state.begun
    }
    defer { state.withLock { _ = $0.open.remove(number) } }
    return try process()
  }

  /// Waits for those that are being started now, but for none that comes later.
  public static func waitForOpen() {
    let newest = state.withLock { $0.begun }
    while state.withLock({ $0.open.contains { $0 <= newest } }) { usleep(100) }
  }
}
