import Glibc

/// The place where a container engine listens.
///
/// It is what `DOCKER_HOST` names, and what the ledger records, so that whoever undoes a fault
/// later speaks to the same engine.
public enum EngineAddress: Sendable, Hashable {
  /// A socket in the file system, at this absolute path.
  case unix(path: String)
  /// A host and a port, without encryption.
  case tcp(authority: String)
  /// A login on the engine's machine: `[USER@]HOST[:PORT]`.
  case ssh(destination: String)
}

extension EngineAddress: CustomStringConvertible {
  /// Whether the engine is on this machine, as far as its address says.
  public var isLocal: Bool {
    if case .unix = self { true } else { false }
  }

  /// The way to an engine there.
  var transport: any EngineTransport {
    switch self {
    case .unix, .tcp: SocketTransport(to: self)
    case .ssh(let destination): LoginTransport(to: destination)
    }
  }

  /// The longest path that fits in the address of a Unix socket, in bytes.
  static let longestPath = 107

  /// The address as `DOCKER_HOST` spells it.
  public var description: String {
    switch self {
    case .unix(let path): "unix://\(path)"
    case .tcp(let authority): "tcp://\(authority)"
    case .ssh(let destination): "ssh://\(destination)"
    }
  }

  /// Reads an address as `DOCKER_HOST` spells it.
  ///
  /// - Throws: `EngineError.addressNotUsable` with the reason, for a scheme not spoken here.
  public init(text: String) throws(EngineError) {
    func refuse(_ reason: String) -> EngineError { .addressNotUsable(text, reason: reason) }
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
      throw refuse("it has no scheme; write unix:///path/to/socket or tcp://host:port")
    }
    let rest = String(text[text.index(colon, offsetBy: 3)...])
    switch text[..<colon] {
    case "unix":
      guard rest.hasPrefix("/") else {
        throw refuse("the path of a socket is absolute; write unix:///path/to/socket")
      }
      guard rest.utf8.count <= Self.longestPath else {
        throw refuse("the path of a socket has at most \(Self.longestPath) bytes")
      }
      self = .unix(path: rest)
    case "tcp", "http":
      let authority = rest.hasSuffix("/") ? String(rest.dropLast()) : rest
      guard !authority.isEmpty, !authority.contains("/") else {
        throw refuse("write tcp://host:port")
      }
      let hasPort = authority.last != "]" && authority.contains(":")
      self = .tcp(authority: hasPort ? authority : authority + ":2375")
    case "ssh":
      let destination = rest.hasSuffix("/") ? String(rest.dropLast()) : rest
      // What begins with a hyphen would be an option of ssh.
      guard !destination.isEmpty, !destination.hasPrefix("-"),
        destination.utf8.allSatisfy({ $0 > UInt8(ascii: " ") && $0 != UInt8(ascii: "/") })
      else { throw refuse("write ssh://user@host or ssh://user@host:port") }
      self = .ssh(destination: destination)
    default:
      throw refuse("only unix://, tcp:// and ssh:// are spoken here")
    }
  }

  /// The addresses to try, in order, in a process with these environment variables.
  ///
  /// `DOCKER_HOST` stands alone when it is set. Otherwise Docker's socket comes first, then those
  /// of Podman for the whole machine and for this user.
  public static func candidates(
    in environment: [String: String]
  ) throws(EngineError) -> [EngineAddress] {
    if let host = environment["DOCKER_HOST"], !host.isEmpty {
      let address = try EngineAddress(text: host)
      if case .tcp = address, environment["DOCKER_TLS_VERIFY"].map({ !$0.isEmpty }) == true {
        throw .addressNotUsable(
          host, reason: "DOCKER_TLS_VERIFY is set, and encryption is not spoken here")
      }
      return [address]
    }
    var paths = ["/var/run/docker.sock", "/run/podman/podman.sock"]
    if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") {
      paths.append(folder + "/podman/podman.sock")
    }
    return paths.map { .unix(path: $0) }
  }
}
