import ExperimentModel

/// The names that the ends of a link and the targets of a fault may have.
struct NetworkPlaces {
  let clients: [Node.Entry]
  /// The balancers that have names of their own: those of `balancers`.
  let balancers: [Node.Entry]
  let backends: [Node.Entry]
  /// Where nodes run, as far as the file says it.
  let sites: [String: String]
  private let clientNames: Set<String>
  private let balancerNames: Set<String>
  private let backendNames: Set<String>
  private let siteNames: Set<String>
  /// The sites in the order of the file.
  private let orderedSites: [String]

  /// The words for whole kinds of places.
  static let words = ["clients", "balancer", "backends"]

  init(
    clients: Field?, balancer: Field?, balancers: Field?, backends: Field?, defaults: Field?
  ) {
    self.clients = clients?.node.entries ?? []
    self.balancers = balancers?.node.entries ?? []
    self.backends = backends?.node.entries ?? []
    clientNames = Set(self.clients.map(\.key))
    balancerNames = Set(self.balancers.map(\.key))
    backendNames = Set(self.backends.map(\.key))
    var sites: [String: String] = [:]
    var known: Set<String> = []
    var ordered: [String] = []
    func place(_ node: String, _ value: Node?, else standard: String? = nil) {
      guard let site = value?.site ?? standard else { return }
      sites[node] = site
      if known.insert(site).inserted { ordered.append(site) }
    }
    for group in self.clients { place(group.key, group.value) }
    place("balancer", balancer?.node)
    for balancer in self.balancers { place(balancer.key, balancer.value) }
    for backend in self.backends {
      place(backend.key, backend.value, else: defaults?.node.site)
    }
    self.sites = sites
    siteNames = known
    orderedSites = ordered
  }

  /// The endpoint of a name; nil when nothing has it.
  func endpoint(_ name: String) -> Endpoint? {
    switch name {
    case "clients": .clients
    case "balancer": .balancer
    case "backends": .backends
    case _ where clientNames.contains(name) || backendNames.contains(name): .named(name)
    case _ where balancerNames.contains(name): .named(name)
    case _ where siteNames.contains(name): .site(name)
    default: nil
    }
  }

  /// Whether a link between two ends joins a balancer, or the site where one runs, with something
  /// else.
  func isAtBalancer(_ from: Endpoint, _ to: Endpoint) -> Bool {
    let balancers = balancerNames.union(["balancer"])
    let homes = Set(balancers.compactMap { sites[$0] })
    func isBalancer(_ end: Endpoint) -> Bool {
      if case .named(let name) = end { return balancers.contains(name) }
      return end == .balancer
    }
    func isHome(_ end: Endpoint) -> Bool {
      if case .site(let site) = end { homes.contains(site) } else { false }
    }
    if isBalancer(from) && isBalancer(to) { return false }
    return [from, to].contains { isBalancer($0) || isHome($0) }
  }

  /// The nodes that a name stands for, in the order of the file; empty when nothing has it.
  func nodes(called name: String, _ reach: TargetReach) -> [String] {
    if backendNames.contains(name) { return [name] }
    if name == "backends" { return backends.map(\.key) }
    guard reach == .nodes else { return [] }
    if name == "balancer" || clientNames.contains(name) || balancerNames.contains(name) {
      return [name]
    }
    if name == "clients" { return clients.map(\.key) }
    guard siteNames.contains(name) else { return [] }
    let all =
      clients.map(\.key) + ["balancer"] + balancers.map(\.key) + backends.map(\.key)
    return all.filter { sites[$0] == name }
  }

  /// The nodes that a name or a list of names stands for, without a complaint about unknown ones.
  func expanded(_ field: Field) -> [String] {
    switch field.node.content {
    case .scalar(let name, _): nodes(called: name, .nodes)
    case .sequence(let nodes):
      nodes.flatMap { expanded(Field(name: field.name, node: $0)) }
    case .mapping: []
    }
  }

  /// The names among which the meaning of an unknown one is sought: not all of very many.
  func candidates(_ reach: TargetReach) -> [String] {
    let most = 300
    let own = backends.prefix(most).map(\.key)
    if reach == .backends { return own }
    let others = (clients.prefix(most) + balancers).map(\.key)
    return Self.words + orderedSites.prefix(most) + others + own
  }
}

extension Node {
  /// The entries of a mapping; none for anything else.
  var entries: [Entry] {
    guard case .mapping(let entries) = content else { return [] }
    return entries
  }

  /// The site that a node of the network names.
  fileprivate var site: String? {
    guard let value = entries.last(where: { $0.key == "site" })?.value,
      case .scalar(let name, _) = value.content, !value.isNull
    else { return nil }
    return name
  }
}
