import Glibc

/// Does several things at once, each on a thread of its own, and waits for all of them.
///
/// They wait for an engine or for the kernel, not for a processor: more threads than cores are
/// right. Signals that are held stay held in the threads.
func atOnce<Value: Sendable>(_ parts: [@Sendable () -> Value]) -> [Value] {
  guard parts.count > 1 else { return parts.map { $0() } }
  let errands = parts.map(Errand.init)
  let threads = errands.map { errand in
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<AnyErrand>.fromOpaque(argument).takeUnretainedValue().run()
        return nil
      }, Unmanaged<AnyErrand>.passUnretained(errand).toOpaque())
    return code == 0 ? thread : nil
  }
  return zip(errands, threads).map { errand, thread in
    // Where no more threads can be had, the rest is done one after another.
    if let thread { pthread_join(thread, nil) } else { errand.run() }
    guard let value = errand.value else { preconditionFailure("the errand was run") }
    return value
  }
}

/// Something that is done on a thread.
private class AnyErrand {
  func run() { preconditionFailure("an errand has a body") }
}

private final class Errand<Value: Sendable>: AnyErrand {
  private let body: @Sendable () -> Value
  /// What came of it, to be read when its thread has ended.
  private(set) var value: Value?

  init(_ body: @escaping @Sendable () -> Value) { self.body = body }

  override func run() { value = body() }
}
