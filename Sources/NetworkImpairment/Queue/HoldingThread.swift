import Glibc

/// A thread of this process on which a holder stays with its fault, and does nothing else: whoever
/// looks after leases or files meanwhile does not keep packets waiting.
public final class HoldingThread {
  /// What the thread is given, and what it leaves.
  private final class Stay {
    let holder: PacketHolder
    var failure: ImpairmentError?

    init(_ holder: PacketHolder) { self.holder = holder }
  }

  private let stay: Stay
  private let thread: pthread_t

  /// Starts it.
  public init(_ holder: sending PacketHolder) throws(ImpairmentError) {
    stay = Stay(holder)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let stay = Unmanaged<Stay>.fromOpaque(argument).takeRetainedValue()
        do throws(ImpairmentError) {
          try stay.holder.hold()
        } catch {
          stay.failure = error
        }
        return nil
      }, Unmanaged.passRetained(stay).toOpaque())
    guard code == 0 else {
      throw ImpairmentError(SystemError(code: code), "starting a thread")
    }
    self.thread = thread
  }

  /// Waits until the fault is gone; once.
  ///
  /// - Throws: why it left earlier; packets passed since then.
  public func join() throws(ImpairmentError) {
    pthread_join(thread, nil)
    if let failure = stay.failure { throw failure }
  }
}
