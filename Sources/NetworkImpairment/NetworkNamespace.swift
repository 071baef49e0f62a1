import CLinux
import Glibc

/// A network namespace, held open so that it stays the same one whatever becomes of its processes.
public final class NetworkNamespace: Sendable {
  /// The number that tells it apart from all others of this machine at this time.
  public let inode: UInt64
  private let descriptor: Int32

  /// Opens the namespace of a process.
  public convenience init(ofProcess pid: Int32) throws(ImpairmentError) {
    try self.init(path: "/proc/\(pid)/ns/net")
  }

  /// Opens a namespace by a path that leads to it, such as `/run/netns/lab`.
  public init(path: String) throws(ImpairmentError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let error = SystemError.last
      guard error.code != ENOENT else {
        throw ImpairmentError(.namespaceIsGone, "the network namespace \(path) does not exist")
      }
      throw ImpairmentError(error, "opening the network namespace \(path)")
    }
    var status = stat()
    fstat(descriptor, &status)
    inode = UInt64(status.st_ino)
  }

  deinit { close(descriptor) }

  /// Whether it is the namespace of the machine's first process, which is never disturbed.
  public var isOfTheMachine: Bool {
    var status = stat()
    return stat("/proc/1/ns/net", &status) == 0 && UInt64(status.st_ino) == inode
  }

  /// Does something inside, on a thread of its own.
  ///
  /// A namespace belongs to a thread: sockets and processes that the body makes belong to it for
  /// good, and no other thread of this process ever leaves its own.
  package func inside<Value: Sendable>(
    _ body: @escaping @Sendable () throws(ImpairmentError) -> Value
  ) throws(ImpairmentError) -> Value {
    try Self.onThread(entering: descriptor, body)
  }

  /// Does something on a thread of its own, in a namespace, or in that of this process when nil.
  static func onThread<Value: Sendable>(
    entering descriptor: Int32?, _ body: @escaping @Sendable () throws(ImpairmentError) -> Value
  ) throws(ImpairmentError) -> Value {
    let visit = Visit(descriptor: descriptor, body: body)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<AnyVisit>.fromOpaque(argument).takeRetainedValue().make()
        return nil
      }, Unmanaged<AnyVisit>.passRetained(visit).toOpaque())
    guard code == 0 else {
      throw ImpairmentError(SystemError(code: code), "starting a thread")
    }
    pthread_join(thread, nil)
    guard let result = visit.result else { preconditionFailure("the visit was made") }
    return try result.get()
  }
}

/// Something that is done inside a namespace.
private class AnyVisit {
  func make() { preconditionFailure("a visit has a body") }
}

private final class Visit<Value: Sendable>: AnyVisit {
  let descriptor: Int32?
  let body: @Sendable () throws(ImpairmentError) -> Value
  var result: Result<Value, ImpairmentError>?

  init(descriptor: Int32?, body: @escaping @Sendable () throws(ImpairmentError) -> Value) {
    self.descriptor = descriptor
    self.body = body
  }

  override func make() {
    if let descriptor, lab_enter_network_namespace(descriptor) != 0 {
      result = .failure(ImpairmentError(SystemError.last, "entering a network namespace"))
      return
    }
    do throws(ImpairmentError) {
      result = .success(try body())
    } catch {
      result = .failure(error)
    }
  }
}
