import Synchronization

/// A load that runs in a thread of its own, so that another thread can watch over faults and
/// signals meanwhile.
public final class LoadThread: Sendable {
  private let generator: LoadGenerator
  private let outcome = Mutex<Result<LoadResult, LoadError>?>(nil)
  private let progress = Mutex(LoadProgress())

  /// Starts the load.
  ///
  /// - Parameters:
  ///   - start: the beginning of the run on the monotonic clock.
  ///   - watch: is told about ten times a second, in the load's own thread, what has been measured
  ///     so far.
  public init(
    _ generator: LoadGenerator, startingAt start: Int64,
    watch: @escaping @Sendable (borrowing LoadResult, Int64) -> Void = { _, _ in }
  ) {
    self.generator = generator
    SystemThread.start { [self] in
      let outcome: Result<LoadResult, LoadError>
      do throws(LoadError) {
        let result = try generator.run(startingAt: start) { result, elapsed in
          let now = LoadProgress(
            elapsed: elapsed, issued: result.issued, ended: result.ended, failed: result.failed)
          progress.withLock { $0 = now }
          watch(result, elapsed)
        }
        outcome = .success(result)
      } catch {
        outcome = .failure(error)
      }
      self.outcome.withLock { $0 = outcome }
    }
  }

  /// Whether the load has ended.
  public var isOver: Bool { outcome.withLock { $0 != nil } }

  /// How far it has come.
  public var latest: LoadProgress { progress.withLock { $0 } }

  /// Ends the load soon; what is in flight then stays unfinished.
  public func stop() { generator.stop() }

  /// What was measured, once the load is over.
  ///
  /// - Throws: the sentence of a load that could not be sent.
  public func result() throws(LoadError) -> LoadResult {
    guard let outcome = outcome.withLock({ $0 }) else {
      preconditionFailure("a load that is not over has no result")
    }
    return try outcome.get()
  }
}

/// How far a load has come.
public struct LoadProgress: Sendable, Hashable {
  /// How much time of the run is over, in nanoseconds.
  public var elapsed: Int64 = 0
  /// Requests that clients have sent.
  public var issued = 0
  /// Requests that have ended.
  public var ended = 0
  /// Those of them that failed.
  public var failed = 0
}
