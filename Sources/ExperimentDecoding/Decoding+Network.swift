import ExperimentModel

extension Keys {
  static let network = Keys(of: "`network`", ["transport", "links"], later: ["profile"])
  static let link = Keys(of: "a link", ["from", "to", "latency"], later: ["loss", "bandwidth"])
}

extension Decoding {
  /// The network; nil after a complaint.
  func network(_ field: Field?, between places: NetworkPlaces) -> Network? {
    guard let field else { return Network(sites: places.sites) }
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
    return Network(transport: transport, links: links, sites: places.sites)
  }

  /// Complains about a site whose name cannot be one.
  func checkSite(_ field: Field?) {
    guard let field, let name = scalar(field, "must name the site where it runs") else { return }
    _ = isName(Field(name: name, node: field.node))
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
    let demand =
      "must be clients, balancer, backends, or the name of a client group, backend or site"
    guard let name = scalar(field, demand) else { return nil }
    if let endpoint = places.endpoint(name) { return endpoint }
    let meant = suggestion(for: name, among: places.candidates(.nodes))
      .map { " (did you mean \(quoted($0))?)" }
    refuse(field, demand + (meant ?? ""))
    return nil
  }
}
