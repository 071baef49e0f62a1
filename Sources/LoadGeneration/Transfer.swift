import CCurl
import ClusterModel
import ExperimentModel
import Glibc

/// One connection's worth of a client: a handle of libcurl that sends one request at a time.
final class Transfer {
  /// The header in which an answer may name the backend that it comes from.
  private static let backendHeader = Array("x-backend:".utf8)
  /// How many connections leave one loopback address before the next one is used; an address has
  /// about 28,000 ports.
  private static let connectionsPerAddress = 8192

  let handle: UnsafeMutableRawPointer
  private let endpoint: LiveEndpoint
  /// The loopback address that connections leave from; nil to let the system choose.
  private var source: UInt32?
  private let homeSource: UInt32?
  private let keepsConnections: Bool
  private let ownHeaders: [String]
  private var headers: UnsafeMutablePointer<curl_slist>?

  /// The request on its way; nil when there is none.
  var request: LiveRequest?
  /// What the answer says about its backend.
  private(set) var backend: String?

  /// Makes the n-th transfer of a run, for the requests of a group.
  init(number: Int, for group: ClientGroup, to endpoint: LiveEndpoint) {
    guard let handle = curl_easy_init() else { preconditionFailure("out of memory") }
    self.handle = handle
    self.endpoint = endpoint
    keepsConnections = group.keepalive
    homeSource =
      endpoint.isLoopbackIPv4 ? 0x7f00_0001 + UInt32(number / Self.connectionsPerAddress) : nil
    source = homeSource
    ownHeaders =
      ["Host: \(endpoint.authority)"] + (group.keepalive ? [] : ["Connection: close"])
    setUp(method: group.request.method)
    setURL(query: nil)
    setHeaders(ownHeaders)
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headers)
  }

  /// The transfer behind a handle that libcurl names.
  static func of(_ handle: UnsafeMutableRawPointer?) -> Transfer? {
    var pointer: UnsafeMutableRawPointer?
    _ = lab_curl_get_pointer(handle, CURLINFO_PRIVATE, &pointer)
    return at(pointer)
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Takes a request that looks like this, and gives it up after so many nanoseconds.
  func begin(_ request: LiveRequest, _ identity: ClientSchedule.Identity, timeout: Int64) {
    self.request = request
    backend = nil
    // libcurl counts milliseconds, and takes none for no limit.
    _ = lab_curl_set_long(handle, CURLOPT_TIMEOUT_MS, Int(max(1, (timeout + 999_999) / 1_000_000)))
    guard identity.key != nil || identity.address != nil else { return }
    setURL(query: identity.key.map { "key=\($0)" })
    var lines = ownHeaders
    if let key = identity.key { lines.append("X-Key: \(key)") }
    if let address = identity.address {
      let octets = [24, 16, 8, 0].map { "\(address >> $0 & 0xff)" }.joined(separator: ".")
      lines.append("X-Forwarded-For: \(octets)")
      // 10.1.2.3 of the simulator is 127.1.2.3 here: a network of its own for each address.
      if homeSource != nil, !keepsConnections { source = 0x7f00_0000 | address & 0x00ff_ffff }
    }
    setHeaders(lines)
  }

  /// How the request has ended, by what libcurl says.
  func ending(_ code: CURLcode, hasTimeout: Bool) -> LoadResult.Ending {
    switch code {
    case CURLE_OK: break
    case CURLE_OPERATION_TIMEDOUT where hasTimeout: return .clientTimeout
    default: return .connection
    }
    var status = 0
    _ = lab_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    switch status {
    case 200..<400: return .succeeded
    case 502: return .status502
    case 503: return .status503
    case 504: return .status504
    default: return .statusOther
    }
  }

  // MARK: Options of libcurl

  private func setUp(method: String) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = lab_curl_set_pointer(handle, CURLOPT_PRIVATE, context)
    _ = lab_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    _ = lab_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    _ = lab_curl_set_pointer(handle, CURLOPT_SOCKOPTDATA, context)
    _ = lab_curl_set_write(handle) { _, size, count, _ in size * count }
    _ = lab_curl_set_header(handle) { bytes, size, count, context in
      Transfer.at(context)?.readHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
      return size * count
    }
    _ = lab_curl_set_socket_options(handle) { context, socket, _ in
      Transfer.at(context)?.leaveSource(from: socket) ?? CURL_SOCKOPT_OK
    }
    _ = lab_curl_set_string(handle, CURLOPT_PROXY, "")
    _ = lab_curl_set_string(handle, CURLOPT_USERAGENT, "network-lab")
    _ = lab_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    _ = lab_curl_set_long(handle, CURLOPT_BUFFERSIZE, 4096)
    _ = lab_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    if !keepsConnections {
      _ = lab_curl_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
      _ = lab_curl_set_long(handle, CURLOPT_FORBID_REUSE, 1)
    }
    switch method {
    case "GET": break
    case "HEAD": _ = lab_curl_set_long(handle, CURLOPT_NOBODY, 1)
    default:
      _ = lab_curl_set_string(handle, CURLOPT_CUSTOMREQUEST, method)
      guard ["POST", "PUT", "PATCH"].contains(method) else { break }
      _ = lab_curl_set_long(handle, CURLOPT_POSTFIELDSIZE, 0)
      _ = lab_curl_set_string(handle, CURLOPT_POSTFIELDS, "")
    }
  }

  private func setURL(query: String?) {
    let mark = endpoint.path.contains("?") ? "&" : "?"
    let path = endpoint.path + (query.map { mark + $0 } ?? "")
    _ = lab_curl_set_string(handle, CURLOPT_URL, "http://\(endpoint.numericAuthority)\(path)")
  }

  private func setHeaders(_ lines: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines { list = curl_slist_append(list, line) }
    _ = lab_curl_set_pointer(handle, CURLOPT_HTTPHEADER, list)
    curl_slist_free_all(headers)
    headers = list
  }

  // MARK: What libcurl calls

  private func readHeader(_ line: UnsafeRawBufferPointer) {
    let name = Self.backendHeader
    guard line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else {
      return
    }
    let value = line[name.count...].filter { $0 > 0x20 && $0 < 0x7f }
    backend = value.isEmpty ? nil : String(decoding: value.prefix(100), as: UTF8.self)
  }

  /// Lets a new connection leave the source address, with a port that the system picks when it
  /// knows where the connection leads.
  private func leaveSource(from socket: Int32) -> Int32 {
    guard let source else { return CURL_SOCKOPT_OK }
    var yes: Int32 = 1
    let bindAddressNoPort: Int32 = 24
    setsockopt(socket, Int32(IPPROTO_IP), bindAddressNoPort, &yes, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = source.bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return result == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR
  }
}
