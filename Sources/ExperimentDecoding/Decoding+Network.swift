import ExperimentModel

extension Keys {
  static let network = Keys(
    of: "`network`",
    [
      "transport": .words(["tcp", "message"]),
      "links": .list(.mapping(.link), most: Limits.links),
      "profile": profile,
    ])
  static let link = Keys(
    of: "a link",
    [
      "from": .text(limit: Limits.nameLength),
      "to": .text(limit: Limits.nameLength),
      "latency": .distribution,
      "loss": .ratio,
      "bandwidth": .bandwidth,
      "profile": profile,
    ], required: ["from", "to"])
  private static let profile = Shape.words(NetworkProfile.allCases.map(\.rawValue))
}

extension Decoding {
  /// The network; nil after a complaint.
  func network(_ field: Field?, between places: NetworkPlaces) -> Network? {
    guard let field else { return Network(sites: places.sites) }
    guard let fields = fields(of: field, .network) else { return nil }
    let transport = optional(fields["transport"], else: .tcp) {
      choice($0, among: ["tcp": Transport.tcp, "message": Transport.message])
    }
    let profile = fields["profile"].flatMap { self.profile($0) }
    let elements = optional(fields["links"], else: []) {
      self.elements(of: $0, each: "link", limit: Limits.links)
    }
    guard let elements else { return nil }
    let links = elements.compactMap { link($0, between: places, or: profile) }
    guard let transport, links.count == elements.count else { return nil }
    return Network(transport: transport, links: links, profile: profile, sites: places.sites)
  }

  /// Complains about a site whose name cannot be one.
  func checkSite(_ field: Field?) {
    guard let field, let name = scalar(field, "must name the site where it runs") else { return }
    _ = isName(Field(name: name, node: field.node))
  }

  /// A kind of network that many know.
  func profile(_ field: Field) -> NetworkProfile? {
    word(field, among: NetworkProfile.allCases.map(\.rawValue))
      .flatMap(NetworkProfile.init(rawValue:))
  }

  /// A link; what it does not say holds as in its profile, or in that of the network.
  private func link(
    _ field: Field, between places: NetworkPlaces, or shared: NetworkProfile?
  ) -> Link? {
    guard let fields = fields(of: field, .link) else { return nil }
    let from = required("from", of: fields, example: "clients")
      .flatMap { endpoint($0, among: places) }
    let to = required("to", of: fields, example: "balancer")
      .flatMap { endpoint($0, among: places) }
    let profile = fields["profile"].map { self.profile($0) } ?? shared
    let isRefused = fields["profile"] != nil && profile == nil
    let latency: Distribution?
    if let given = fields["latency"] {
      latency = distribution(given)
    } else if let profile {
      latency = profile.latency
    } else {
      latency = isRefused ? nil : standardLatency(fields)
    }
    let loss = optional(fields["loss"], else: profile?.loss ?? Ratio(0)) { ratio($0) }
    let bandwidth = fields["bandwidth"].map { self.bandwidth($0) } ?? profile?.bandwidth
    guard let from, let to else { return nil }
    guard places.isAtBalancer(from, to) else {
      complain(
        "a link has the balancer at exactly one end; this one leads nowhere", at: field.place)
      return nil
    }
    guard let latency, let loss else { return nil }
    return Link(
      from: from, to: to, latency: latency, loss: loss, bandwidth: bandwidth,
      packets: profile?.packets ?? .ethernet)
  }

  /// The latency of a link that is there for its loss or its bandwidth alone: none; nil after a
  /// complaint for one that says nothing at all.
  private func standardLatency(_ fields: Fields) -> Distribution? {
    if fields["loss"] != nil || fields["bandwidth"] != nil { return .constant(.zero) }
    return required("latency", of: fields, example: "0.5ms").flatMap { distribution($0) }
  }

  private func endpoint(_ field: Field, among places: NetworkPlaces) -> Endpoint? {
    let demand =
      "must be clients, balancer, backends, or the name of a client group, balancer, backend or "
      + "site"
    guard let name = scalar(field, demand) else { return nil }
    if let endpoint = places.endpoint(name) { return endpoint }
    let meant = suggestion(for: name, among: places.candidates(.nodes))
      .map { " (did you mean \(quoted($0))?)" }
    refuse(field, demand + (meant ?? ""))
    return nil
  }
}
