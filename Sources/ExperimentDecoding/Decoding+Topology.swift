import ExperimentModel

extension Keys {
  static let topology = Keys(
    of: "a topology",
    [
      "name": .text(limit: Limits.nameLength),
      "description": .text(limit: Limits.descriptionLength),
      "clients": .members(.mapping(.clientGroup), most: Limits.clientGroups),
      "balancer": .mapping(.balancer),
      "balancers": .members(.mapping(.balancer), most: Limits.balancers),
      "backend_defaults": .mapping(.backend),
      "backends": .members(.mapping(.backend), most: Limits.backends),
      "network": .mapping(.network),
      "faults": faults,
      "run": .mapping(.run),
      "question": .text(limit: Limits.descriptionLength),
      "hypothesis": expectations,
      "compare": compared,
      "abort": expectations,
    ], required: ["name", "clients", "backends"], allowsExtensions: true)
  static let expectations = Shape.list(
    .text(limit: Limits.descriptionLength), most: Limits.expectations)
  static let compared = Shape.either([
    .words(["all"]), .list(.strategy, most: Limits.comparedStrategies),
  ])
}

extension Decoding {
  /// The topology that a document describes; nil after complaints.
  func topology(_ root: Node) -> Topology? {
    let document = Field(name: "the file", node: root)
    return fields(of: document, .topology).flatMap { topology($0, of: document) }
  }

  /// The topology that the keys of a document describe; nil after complaints.
  func topology(_ fields: Fields, of document: Field) -> Topology? {
    let name = required("name", of: fields, example: "three-weighted").flatMap { title($0) }
    let description = fields["description"].flatMap {
      text($0, limit: Limits.descriptionLength)
    }
    let run = runSettings(fields["run"])
    let clientsExample = "{users: {open: {rate: 100/s, duration: 60s}}}"
    let clients = required("clients", of: fields, example: clientsExample)
      .flatMap { self.clients($0, runEnds: mayEnd(fields["run"])) }
    let balancers = balancers(fields["balancer"], fields["balancers"], of: document)
    let backends = required("backends", of: fields, example: "{back-01: {service: {cpu: 4ms}}}")
      .flatMap {
        self.backends($0, defaults: fields["backend_defaults"], behind: balancers)
      }
    let places = NetworkPlaces(
      clients: fields["clients"], balancer: fields["balancer"], balancers: fields["balancers"],
      backends: fields["backends"], defaults: fields["backend_defaults"])
    checkNames(places)
    let network = network(fields["network"], between: places)
    let faults = faults(
      fields["faults"], in: places, until: length(of: run, clients))
    if let run, let clients { check(run, fields["run"], against: clients, fields["clients"]) }
    guard let name, let clients, let balancers, let backends, let network, let faults,
      let run
    else {
      return nil
    }
    var topology = Topology(
      name: name, description: description, clients: clients, balancer: balancers[0],
      backends: backends, network: network, faults: faults, run: run)
    topology.balancers = balancers
    return topology
  }

  /// Complains about names by which a link could not tell whom it means.
  private func checkNames(_ places: NetworkPlaces) {
    let owners = [
      "clients": places.clients, "balancer": places.balancers, "backends": places.backends,
    ]
    for entry in places.clients + places.balancers + places.backends {
      if let owners = owners[entry.key] {
        let isHarmless = owners.count == 1 && owners[0].keyPlace == entry.keyPlace
        if !isHarmless {
          complain(
            "\(quoted(entry.key)) has a meaning of its own in links; choose another name",
            at: entry.keyPlace)
        }
      }
    }
    let nodes = places.clients + places.balancers + places.backends
    let taken = Set(NetworkPlaces.words + nodes.map(\.key))
    for entry in nodes {
      guard let site = places.sites[entry.key], taken.contains(site) else { continue }
      complain(
        "\(quoted(site)) is the name of a site and of something else; choose another",
        at: entry.keyPlace)
    }
    let groups = Set(places.clients.map(\.key))
    let balancers = Set(places.balancers.map(\.key))
    for entry in places.balancers + places.backends where groups.contains(entry.key) {
      complain(
        "\(quoted(entry.key)) is the name of a client group too; choose another",
        at: entry.keyPlace)
    }
    for entry in places.backends where balancers.contains(entry.key) {
      complain(
        "\(quoted(entry.key)) is the name of a balancer too; choose another",
        at: entry.keyPlace)
    }
  }
}
