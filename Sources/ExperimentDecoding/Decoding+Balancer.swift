import ExperimentModel

extension Keys {
  static let balancer = Keys(
    of: "`balancer`", ["like", "strategy", "passive", "retry", "site", "url"],
    later: ["active", "timeouts", "max_connections", "workers", "keepalive", "cpu"])
  static let passive = Keys(of: "`passive`", ["max_fails", "fail_timeout"])
  static let retry = Keys(of: "`retry`", ["on", "tries", "time"])
}

extension Decoding {
  /// The balancer; without one in the file, nginx as it comes, and nil after a complaint.
  func balancer(_ field: Field?, of document: Field) -> Balancer? {
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
          "nginx": .nginx, "haproxy": .haproxy, "envoy": .envoy, "ideal": BalancerProgram.ideal,
        ], later: ["ipvs", "finagle"])
    }
    guard let like else { return nil }
    let passive = conduct(fields["passive"], like) { passiveChecks($0) }
    let retry = conduct(fields["retry"], like) { retryRule($0) }
    guard let choice = fields["strategy"] else {
      guard !fields.explainsAbsence(of: ["strategy"]) else { return nil }
      var balancer = standardBalancer(like, at: field.keyPlace)
      balancer?.passive = passive
      balancer?.retry = retry
      return balancer
    }
    return strategy(choice, like: like).map {
      Balancer(like: like, strategy: $0, passive: passive, retry: retry)
    }
  }

  /// What a file says about how failures are handled, which the ideal balancer does not do.
  private func conduct<Value>(
    _ field: Field?, _ like: BalancerProgram, _ read: (Field) -> Value?
  ) -> Value? {
    guard let field else { return nil }
    guard like != .ideal else {
      complain(
        "the ideal balancer handles no failures; leave out `\(field.name)`, or write another "
          + "program after `like`", at: field.keyPlace)
      return nil
    }
    return read(field)
  }

  private func passiveChecks(_ field: Field) -> PassiveChecks? {
    guard let fields = fields(of: field, .passive) else { return nil }
    var checks = PassiveChecks()
    if let maxFails = fields["max_fails"] {
      whole(maxFails, in: Limits.failures).map { checks.maxFails = $0 }
    }
    if let failTimeout = fields["fail_timeout"] {
      wholeSeconds(failTimeout).map { checks.failTimeout = $0 }
    }
    return checks
  }

  /// A duration of whole seconds, in which nginx counts.
  private func wholeSeconds(_ field: Field) -> Duration? {
    guard let duration = duration(field, .time) else { return nil }
    guard duration.nanoseconds % 1_000_000_000 == 0 else {
      refuse(field, "must be whole seconds, as in nginx")
      return nil
    }
    return duration
  }

  private func retryRule(_ field: Field) -> RetryRule? {
    guard let fields = fields(of: field, .retry) else { return nil }
    var rule = RetryRule()
    if let on = fields["on"] {
      let words = RetryRule.Condition.allCases.map(\.rawValue)
      guard let elements = elements(of: on, each: "condition", limit: words.count) else {
        return nil
      }
      rule.on = Set(
        elements.compactMap { word($0, among: words).flatMap(RetryRule.Condition.init) })
    }
    if let tries = fields["tries"] {
      whole(tries, in: Limits.failures).map { rule.tries = $0 }
    }
    if let time = fields["time"] { duration(time, .time).map { rule.time = $0 } }
    return rule
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
    let keys = Keys(of: "`\(card.name)`", card.options.map(\.name))
    guard let fields = fields(of: field, keys) else { return nil }
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
