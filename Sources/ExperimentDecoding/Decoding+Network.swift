import ExperimentModel

extension Keys {
  static let network = Keys(of: "`network`", ["transport", "links"], later: ["profile"])
  static let link = Keys(of: "a link", ["from", "to", "latency"], later: ["loss", "bandwidth"])
}

/// The names that the ends of a link may have.
struct NetworkPlaces {
  let clients: [Node.Entry]
  let backends: [Node.Entry]
  private let clientNames: Set<String>
  private let backendNames: Set<String>

  /// The words for whole kinds of places.
  static let words = ["clients", "balancer", "backends"]

  init(clients: Field?, backends: Field?) {
    self.clients = clients?.node.entries ?? []
    self.backends = backends?.node.entries ?? []
    clientNames = Set(self.clients.map(\.key))
    backendNames = Set(self.backends.map(\.key))
  }

  /// The endpoint of a name; nil when nothing has it.
  func endpoint(_ name: String) -> Endpoint? {
    switch name {
    case "clients": .clients
    case "balancer": .balancer
    case "backends": .backends
    case _ where clientNames.contains(name) || backendNames.contains(name): .named(name)
    default: nil
    }
  }

  /// The names among which the meaning of an unknown one is sought: not all of very many.
  var candidates: [String] {
    let most = 300
    return Self.words + clients.prefix(most).map(\.key) + backends.prefix(most).map(\.key)
  }
}

extension Node {
  /// The entries of a mapping; none for anything else.
  fileprivate var entries: [Entry] {
    guard case .mapping(let entries) = content else { return [] }
    return entries
  }
}

extension Decoding {
  /// The network; nil after a complaint.
  func network(_ field: Field?, between places: NetworkPlaces) -> Network? {
    guard let field else { return Network() }
    guard let fields = fields(of: field, .network) else { return nil }
    let transport = optional(fields["transport"], else: .tcp) {
      choice($0, among: ["tcp": Transport.tcp, "message": Transport.message])
    }
    let elements = optional(fields["links"], else: []) {
      self.elements(of: $0, each: "link", limit: Limits.links)
    }
    guard let elements else { return nil }
    let links = elements.compactMap { link($0, between: places) }
    guard let transport, links.count == elements.count else { return nil }
    return Network(transport: transport, links: links)
  }

  private func link(_ field: Field, between places: NetworkPlaces) -> Link? {
    guard let fields = fields(of: field, .link) else { return nil }
    let from = required("from", of: fields, example: "clients")
      .flatMap { endpoint($0, among: places) }
    let to = required("to", of: fields, example: "balancer")
      .flatMap { endpoint($0, among: places) }
    let latency = required("latency", of: fields, example: "0.5ms").flatMap { distribution($0) }
    guard let from, let to else { return nil }
    guard (from == .balancer) != (to == .balancer) else {
      complain(
        "a link has the balancer at exactly one end; this one leads nowhere", at: field.place)
      return nil
    }
    return latency.map { Link(from: from, to: to, latency: $0) }
  }

  private func endpoint(_ field: Field, among places: NetworkPlaces) -> Endpoint? {
    let demand = "must be clients, balancer, backends, or the name of a client group or backend"
    guard let name = scalar(field, demand) else { return nil }
    if let endpoint = places.endpoint(name) { return endpoint }
    let meant = suggestion(for: name, among: places.candidates)
      .map { " (did you mean \(quoted($0))?)" }
    refuse(field, demand + (meant ?? ""))
    return nil
  }
}
