import Glibc

/// Threads of the system, for what blocks: the threads of tasks are few, and must not wait.
public enum SystemThread {
  /// Something to be done in a thread, on its way there.
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread that does this and ends; signals that this thread holds are held there too.
  public static func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Body(body)).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context)
    precondition(code == 0, "the system has room for one more thread")
    pthread_detach(thread)
  }
}
