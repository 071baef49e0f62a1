import ExperimentModel

extension Keys {
  static let balancer = Keys(
    of: "`balancer`",
    [
      "like": .words(BalancerProgram.allCases.map(\.rawValue)),
      "strategy": .strategy,
      "passive": .mapping(.passive),
      "active": .mapping(.active),
      "timeouts": .mapping(.timeouts),
      "retry": .mapping(.retry),
      "circuit_breakers": .mapping(.circuitBreakers),
      "max_connections": .whole(Limits.balancerConnections),
      "workers": .whole(Limits.balancerWorkers),
      "keepalive": .whole(Limits.idleConnections),
      "cpu": .distribution,
      "allbackups": .flag,
      "site": .text(limit: Limits.nameLength),
      "url": .text(limit: Limits.urlLength),
    ])
}

extension Decoding {
  /// The balancers in the order of the file; nil after a complaint.
  ///
  /// Without one in the file there is nginx as it comes.
  func balancers(_ single: Field?, _ several: Field?, of document: Field) -> [Balancer]? {
    guard let several else {
      return balancer(single, of: document).map { [$0] }
    }
    guard single == nil else {
      complain("give either `balancer` or `balancers`, not both", at: several.keyPlace)
      return nil
    }
    guard let members = members(of: several, each: "balancer", limit: Limits.balancers) else {
      return nil
    }
    let balancers = members.compactMap { member -> Balancer? in
      guard isName(member) else { return nil }
      var balancer = self.balancer(member, of: document)
      balancer?.name = member.name
      return balancer
    }
    return balancers.count == members.count ? balancers : nil
  }

  /// A balancer; without one in the file, nginx as it comes, and nil after a complaint.
  private func balancer(_ field: Field?, of document: Field) -> Balancer? {
    guard let field else { return standardBalancer(.nginx, at: document.place) }
    guard let fields = fields(of: field, .balancer) else { return nil }
    checkSite(fields["site"])
    var balancer = balancer(fields, field)
    if let url = fields["url"] { balancer?.url = text(url, limit: Limits.urlLength) }
    return balancer
  }

  private func balancer(_ fields: Fields, _ field: Field) -> Balancer? {
    let like = optional(fields["like"], else: .nginx) {
      choice(
        $0,
        among: [
          "nginx": .nginx, "haproxy": .haproxy, "envoy": .envoy, "ipvs": .ipvs,
          "finagle": .finagle, "ideal": BalancerProgram.ideal,
        ])
    }
    guard let like else { return nil }
    guard let choice = fields["strategy"] else {
      guard !fields.explainsAbsence(of: ["strategy"]) else { return nil }
      return standardBalancer(like, at: field.keyPlace).map { completed($0, from: fields) }
    }
    let picker = strategy(choice, like: like)
    let balancer = completed(
      Balancer(like: like, strategy: picker ?? StrategyChoice("")), from: fields)
    return picker == nil ? nil : balancer
  }

  /// The balancer whose strategy is the one that the program has without being told.
  private func standardBalancer(_ like: BalancerProgram, at place: Place) -> Balancer? {
    if let name = StrategyNames.standard(of: like),
      case .card(let card) = catalogue.resolve(name, like: like)
    {
      return Balancer(like: like, strategy: StrategyChoice(card.name))
    }
    complain("the balancer needs `strategy`, such as `strategy: round-robin`", at: place)
    return nil
  }

  func strategy(_ field: Field, like: BalancerProgram) -> StrategyChoice? {
    switch field.node.content {
    case .scalar:
      guard let name = scalar(field, "must name a strategy") else { return nil }
      return card(name, like: like, at: field.place).map { StrategyChoice($0.name) }
    case .sequence:
      refuse(field, "must be a name or {name: {option: value}}")
      return nil
    case .mapping(let entries):
      guard entries.count == 1 else {
        refuse(field, "must be one name with its options, such as {power-of-two: {d: 3}}")
        return nil
      }
      guard let card = card(entries[0].key, like: like, at: entries[0].keyPlace) else {
        return nil
      }
      return options(Field(entries[0]), of: card)
    }
  }

  private func card(_ name: String, like: BalancerProgram, at place: Place) -> StrategyCard? {
    switch catalogue.resolve(name, like: like) {
    case .card(let card): return card
    case .refused(let message):
      complain(message, at: place)
      return nil
    }
  }

  private func options(_ field: Field, of card: StrategyCard) -> StrategyChoice? {
    guard !card.options.isEmpty else {
      guard case .mapping(let entries) = field.node.content, entries.isEmpty else {
        complain("`\(card.name)` takes no options; give its name alone", at: field.place)
        return nil
      }
      return StrategyChoice(card.name)
    }
    guard let fields = fields(of: field, Keys(of: card)) else { return nil }
    var choice = StrategyChoice(card.name)
    for option in card.options {
      guard let field = fields[option.name] else { continue }
      choice.options[option.name] = value(field, of: option)
    }
    return choice
  }

  private func value(_ field: Field, of option: StrategyOption) -> OptionValue? {
    switch option.kind {
    case .word(_, let words):
      return word(field, among: words).map(OptionValue.word)
    case .number(_, let range, let isWhole):
      guard isWhole, let least = Int(exactly: range.lowerBound.rounded(.up)),
        let most = Int(exactly: range.upperBound.rounded(.down)), least <= most
      else { return number(field, in: range).map(OptionValue.number) }
      return whole(field, in: least...most).map { .number(Double($0)) }
    }
  }
}
