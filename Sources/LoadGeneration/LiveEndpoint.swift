import Glibc

/// The place that live requests are sent to: a URL whose host has been looked up once.
///
/// The address that was looked up is the one that is used, so that no later answer of a name server
/// can lead the load elsewhere.
public struct LiveEndpoint: Sendable, Hashable {
  /// The URL as the person wrote it.
  public let text: String
  /// What the `Host` header says.
  let authority: String
  /// The path with its query; begins with a slash.
  let path: String
  /// The numeric host and the port, as a URL spells them.
  let numericAuthority: String
  /// Which addresses load may be sent to without being told so.
  public let reach: Reach

  /// How far away an address is.
  public enum Reach: Sendable, Hashable {
    /// This machine itself.
    case loopback
    /// 198.18.0.0/15, which is set apart for tests of networks (RFC 2544) and routed nowhere.
    case laboratory
    /// Anywhere else.
    case remote
  }

  /// Reads a URL such as `http://127.0.0.1:8080/` and looks its host up.
  ///
  /// - Throws: a sentence when it is none that can be used, or its host has no address.
  public init(url text: String) throws(LoadError) {
    func refuse(_ reason: String) -> LoadError {
      LoadError(.notUsable, "\(text) cannot be used: \(reason)")
    }
    guard let colon = text.firstRange(of: "://") else {
      throw refuse("it has no scheme; write a URL such as http://127.0.0.1:8080/")
    }
    guard text[..<colon.lowerBound] == "http" else {
      throw refuse("only http:// is spoken here")
    }
    let rest = text[colon.upperBound...]
    guard !rest.contains(where: { $0.isWhitespace || $0 == "#" || $0 == "@" }) else {
      throw refuse("a URL here has no blanks, no fragment and no user")
    }
    let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    authority = String(rest[..<slash])
    let path = String(rest[slash...])
    self.path = path.hasPrefix("/") ? path : "/" + path
    let parts = Self.split(authority)
    guard !parts.host.isEmpty, let port = UInt16(parts.port), port > 0 else {
      throw refuse("write a host and a port from 1 to 65535, such as 127.0.0.1:8080")
    }
    guard let (address, reach) = Self.lookUp(parts.host) else {
      throw refuse("the host \(parts.host) has no address")
    }
    numericAuthority = "\(address):\(port)"
    self.reach = reach
    self.text = text
  }

  /// The address as a number, without the port.
  public var host: String {
    let end = numericAuthority.lastIndex(of: ":") ?? numericAuthority.endIndex
    return String(numericAuthority[..<end].filter { $0 != "[" && $0 != "]" })
  }

  /// The port.
  public var port: Int {
    guard let colon = numericAuthority.lastIndex(of: ":"),
      let port = Int(numericAuthority[numericAuthority.index(after: colon)...])
    else { preconditionFailure("a numeric authority ends with a port") }
    return port
  }

  /// Refuses an endpoint that is neither this machine nor a laboratory's address.
  public func refuseRemote() throws(LoadError) {
    guard reach == .remote else { return }
    throw LoadError(
      .notPermitted,
      "\(text) leads to \(numericAuthority), which is neither this machine nor in the laboratory"
        + " network 198.18.0.0/15; add --allow-remote if you may load that system")
  }

  private static func split(_ authority: String) -> (host: String, port: String) {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      let host = String(authority[authority.index(after: authority.startIndex)..<end])
      let rest = authority[authority.index(after: end)...]
      return (host, rest.isEmpty ? "80" : String(rest.dropFirst()))
    }
    guard let colon = authority.lastIndex(of: ":") else { return (authority, "80") }
    return (String(authority[..<colon]), String(authority[authority.index(after: colon)...]))
  }

  /// The first address of a host, as a URL spells it.
  private static func lookUp(_ host: String) -> (text: String, reach: Reach)? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { return nil }
    defer { freeaddrinfo(list) }
    var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard
      getnameinfo(
        first.pointee.ai_addr, first.pointee.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0,
        NI_NUMERICHOST) == 0
    else { return nil }
    let numeric = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    if first.pointee.ai_family == AF_INET6 {
      return ("[\(numeric)]", numeric == "::1" ? .loopback : .remote)
    }
    let octets = numeric.split(separator: ".").compactMap { UInt8($0) }
    guard octets.count == 4 else { return nil }
    let isLaboratory = octets[0] == 198 && (18...19).contains(octets[1])
    return (numeric, octets[0] == 127 ? .loopback : isLaboratory ? .laboratory : .remote)
  }

  /// Whether the address is one of 127.0.0.0/8, from any of which requests can be sent.
  var isLoopbackIPv4: Bool { reach == .loopback && !numericAuthority.hasPrefix("[") }
}
