import CCurl
import Glibc

/// HTTP over the engine's socket, through libcurl: one connection for each call.
public struct SocketTransport: EngineTransport, Sendable {
  /// The longest answer that is accepted; a list of ten thousand containers takes about 20 MB.
  static let longestAnswerBytes = 64 << 20

  private let address: EngineAddress

  /// Makes a transport to this address; nothing is opened before the first call.
  public init(to address: EngineAddress) {
    self.address = address
  }

  /// Sends one call over a connection of its own and waits for the answer.
  public func answer(
    to call: EngineCall, version: APIVersion?
  ) throws(EngineError) -> EngineAnswer {
    precondition(Self.isCurlReady, "libcurl could not be initialised")
    guard let handle = curl_easy_init() else { preconditionFailure("out of memory") }
    defer { curl_easy_cleanup(handle) }
    let received = ReceivedBytes(limit: Self.longestAnswerBytes)
    prepare(handle, for: call, version: version, into: received)
    // The callbacks hold no reference of their own: the bytes must outlive the call.
    let code = withExtendedLifetime(received) { curl_easy_perform(handle) }
    guard code == CURLE_OK else {
      throw failure(code, of: call, version: version, handle: handle)
    }
    var status = 0
    _ = lab_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    return EngineAnswer(
      status: status, apiVersion: received.apiVersion, body: received.body)
  }

  /// Whether libcurl's global state is set up, which happens once in a process.
  private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private func prepare(
    _ handle: UnsafeMutableRawPointer, for call: EngineCall, version: APIVersion?,
    into received: ReceivedBytes
  ) {
    let authority: String
    switch address {
    case .unix(let path):
      authority = "localhost"
      _ = lab_curl_set_string(handle, CURLOPT_UNIX_SOCKET_PATH, path)
    case .tcp(let name):
      authority = name
    case .ssh: preconditionFailure("another transport goes there")
    }
    _ = lab_curl_set_string(
      handle, CURLOPT_URL, "http://\(authority)\(call.fullPath(version: version))")
    // A proxy for the web is no way to a container engine.
    _ = lab_curl_set_string(handle, CURLOPT_PROXY, "")
    // Without this libcurl raises signals for its timeouts, and would break an armed process.
    _ = lab_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    _ = lab_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, 3000)
    _ = lab_curl_set_long(handle, CURLOPT_TIMEOUT_MS, Int(call.patienceSeconds * 1000))
    if call.method == "POST" {
      _ = lab_curl_set_long(handle, CURLOPT_POST, 1)
      _ = lab_curl_set_long(handle, CURLOPT_POSTFIELDSIZE, 0)
      _ = lab_curl_set_string(handle, CURLOPT_POSTFIELDS, "")
    }
    let context = Unmanaged.passUnretained(received).toOpaque()
    _ = lab_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    _ = lab_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    _ = lab_curl_set_write(handle) { bytes, size, count, context in
      ReceivedBytes.at(context)?.appendBody(bytes, count: size * count) ?? 0
    }
    _ = lab_curl_set_header(handle) { bytes, size, count, context in
      ReceivedBytes.at(context)?.readHeader(bytes, count: size * count) ?? 0
    }
  }

  private func failure(
    _ code: CURLcode, of call: EngineCall, version: APIVersion?, handle: UnsafeMutableRawPointer
  ) -> EngineError {
    var systemError = 0
    _ = lab_curl_get_long(handle, CURLINFO_OS_ERRNO, &systemError)
    let words = String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST:
      return unreachable(systemError: Int32(systemError), words: words)
    case CURLE_OPERATION_TIMEDOUT:
      return .noAnswer(call: call.line(version: version), seconds: call.patienceSeconds)
    default:
      return .brokenOff(call: call.line(version: version), reason: words)
    }
  }

  private func unreachable(systemError: Int32, words: String) -> EngineError {
    guard case .unix(let path) = address else {
      let reason = systemError == 0 ? words : String(cString: strerror(systemError))
      return .unreachable(address: address.description, reason: reason)
    }
    // The socket's file tells more than libcurl does: whether it exists, and for whom.
    let cause = access(path, R_OK | W_OK) == 0 ? ECONNREFUSED : errno
    if cause == EACCES || cause == EPERM { return .notPermitted(address: address.description) }
    return .unreachable(
      address: address.description, reason: String(cString: strerror(cause)))
  }
}

/// What has come back of one answer so far.
private final class ReceivedBytes {
  private(set) var body: [UInt8] = []
  private(set) var apiVersion: String?
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  static func at(_ context: UnsafeMutableRawPointer?) -> ReceivedBytes? {
    context.map { Unmanaged<ReceivedBytes>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Returns the number of bytes taken; fewer than offered makes libcurl give up.
  func appendBody(_ bytes: UnsafePointer<CChar>?, count: Int) -> Int {
    guard let bytes, body.count + count <= limit else { return 0 }
    body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    return count
  }

  func readHeader(_ bytes: UnsafePointer<CChar>?, count: Int) -> Int {
    guard let bytes else { return 0 }
    let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
    let parts = line.split(separator: ":", maxSplits: 1)
    if parts.count == 2, parts[0].lowercased() == "api-version" {
      apiVersion = String(parts[1].filter { !$0.isWhitespace })
    }
    return count
  }
}
