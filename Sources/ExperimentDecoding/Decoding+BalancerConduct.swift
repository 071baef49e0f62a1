import ExperimentModel

extension Keys {
  static let passive = Keys(
    of: "`passive`",
    [
      "max_fails": .whole(Limits.failures),
      "fail_timeout": .duration,
      "interval": .duration,
      "max_ejection_time": .duration,
      "max_ejection_percent": .either([.ratio, .whole(0...100)]),
    ])
  static let active = Keys(
    of: "`active`",
    [
      "interval": .duration,
      "timeout": .duration,
      "rise": .whole(Limits.tries),
      "fall": .whole(Limits.tries),
      "kind": .words(["tcp", "http"]),
      "fast_interval": .duration,
      "down_interval": .duration,
    ])
  static let timeouts = Keys(
    of: "`timeouts`", ["connect": .duration, "read": .duration, "queue": .duration])
  static let retry = Keys(
    of: "`retry`",
    [
      "on": .list(.words(conditions), most: conditions.count),
      "tries": .whole(Limits.failures),
      "time": .duration,
      "budget": .ratio,
      "redispatch": .either([.flag, .whole(-100...100)]),
    ])
  private static let conditions = RetryRule.Condition.allCases.map(\.rawValue)
  static let circuitBreakers = Keys(
    of: "`circuit_breakers`",
    [
      "max_pending_requests": .whole(Limits.maxConnections),
      "max_retries": .whole(Limits.maxConnections),
    ])
}

/// What a file says about how a balancer handles failures, limits and connections.
extension Decoding {
  /// A balancer with what its fields say.
  ///
  /// A key that means nothing to its program is a mistake: a file never asks for what nobody does.
  func completed(_ balancer: Balancer, from fields: Fields) -> Balancer {
    var balancer = balancer
    let like = balancer.like
    func said(_ key: String) -> Field? { meaningful(fields[key], like) }
    balancer.passive = said("passive").flatMap { passiveChecks($0, like) }
    balancer.active = said("active").flatMap { activeChecks($0, like) }
    balancer.retry = said("retry").flatMap { retryRule($0, like) }
    if let timeouts = said("timeouts") { balancer.timeouts = self.timeouts(timeouts) }
    if let breakers = said("circuit_breakers") {
      balancer.circuitBreakers = circuitBreakers(breakers)
    }
    balancer.maxConnections = said("max_connections")
      .flatMap { whole($0, in: Limits.balancerConnections) }
    said("workers").flatMap { whole($0, in: Limits.balancerWorkers) }.map {
      balancer.workers = $0
    }
    balancer.keepalive = said("keepalive").flatMap { whole($0, in: Limits.idleConnections) }
    balancer.cpu = said("cpu").flatMap { distribution($0) }
    said("allbackups").flatMap { flag($0) }.map { balancer.usesAllBackups = $0 }
    if like == .haproxy, let passive = fields["passive"], fields["active"] == nil {
      complain(
        "a server that HAProxy has marked down for its errors is brought up by checks; "
          + "give `active` too", at: passive.keyPlace)
    }
    return balancer
  }

  /// The programs to which a key means something; nil for every one but the ideal.
  private static let programs: [String: [BalancerProgram]] = [
    "passive": [.nginx, .haproxy, .envoy, .finagle],
    "active": [.nginx, .haproxy, .envoy, .ipvs],
    "retry": [.nginx, .haproxy, .envoy, .finagle],
    "timeouts": [.nginx, .haproxy, .envoy, .finagle],
    "circuit_breakers": [.envoy],
    "max_connections": [.nginx, .haproxy, .envoy],
    "keepalive": [.nginx, .haproxy, .envoy, .finagle],
    "allbackups": [.haproxy],
    "budget": [.envoy, .finagle],
    "redispatch": [.haproxy],
    "interval": [.envoy],
    "max_ejection_time": [.envoy, .finagle],
    "max_ejection_percent": [.envoy],
    "fail_timeout": [.nginx, .envoy, .finagle],
  ]

  /// A field that means something to a program; nil, after a complaint, for another.
  private func meaningful(_ field: Field?, _ like: BalancerProgram) -> Field? {
    guard let field else { return nil }
    guard like != .ideal else {
      let reason =
        ["passive", "active", "retry"].contains(field.name)
        ? "handles no failures" : "has no limits and no cost"
      complain(
        "the ideal balancer \(reason); leave out `\(field.name)`, or write another "
          + "program after `like`", at: field.keyPlace)
      return nil
    }
    guard let programs = Self.programs[field.name], !programs.contains(like) else { return field }
    complain(
      "`\(field.name)` means nothing to \(like.rawValue); leave it out, or write "
        + "\(listed(programs.map(\.rawValue), "or")) after `like`", at: field.keyPlace)
    return nil
  }

  private func passiveChecks(_ field: Field, _ like: BalancerProgram) -> PassiveChecks? {
    guard let fields = fields(of: field, .passive) else { return nil }
    var checks = PassiveChecks.standard(of: like)
    fields["max_fails"].flatMap { whole($0, in: Limits.failures) }.map { checks.maxFails = $0 }
    meaningful(fields["fail_timeout"], like)
      .flatMap { like == .nginx ? wholeSeconds($0) : duration($0, .positiveTime) }
      .map { checks.failTimeout = $0 }
    checks.interval = meaningful(fields["interval"], like)
      .flatMap { duration($0, .positiveTime) }
    checks.longestEjection = meaningful(fields["max_ejection_time"], like)
      .flatMap { duration($0, .positiveTime) }
    checks.mostEjected = meaningful(fields["max_ejection_percent"], like).flatMap { share($0) }
    return checks
  }

  /// A share, where a bare number above one means percent, as in Envoy's configuration.
  private func share(_ field: Field) -> Ratio? {
    if case .scalar(let text, _) = field.node.content, let percent = Int(text), percent > 1 {
      return whole(field, in: 0...100).map { Ratio(Double($0) / 100) }
    }
    return ratio(field)
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

  private func activeChecks(_ field: Field, _ like: BalancerProgram) -> ActiveChecks? {
    guard let fields = fields(of: field, .active) else { return nil }
    func time(_ key: String) -> Duration? { fields[key].flatMap { duration($0, .positiveTime) } }
    let standard = ActiveChecks.standard(of: like)
    let interval = time("interval") ?? standard.interval
    let kind = fields["kind"].flatMap { choice($0, among: ["tcp": false, "http": true]) }
    return ActiveChecks(
      interval: interval, fastInterval: time("fast_interval"), downInterval: time("down_interval"),
      // HAProxy waits for a check as long as for the next one, and so does nginx here.
      timeout: time("timeout")
        ?? (like == .haproxy || like == .nginx ? interval : standard.timeout),
      rise: fields["rise"].flatMap { whole($0, in: Limits.tries) } ?? standard.rise,
      fall: fields["fall"].flatMap { whole($0, in: Limits.tries) } ?? standard.fall,
      isHTTP: kind ?? standard.isHTTP)
  }

  private func timeouts(_ field: Field) -> BalancerTimeouts {
    guard let fields = fields(of: field, .timeouts) else { return BalancerTimeouts() }
    func time(_ key: String) -> Duration? { fields[key].flatMap { duration($0, .positiveTime) } }
    return BalancerTimeouts(connect: time("connect"), read: time("read"), queue: time("queue"))
  }

  private func retryRule(_ field: Field, _ like: BalancerProgram) -> RetryRule? {
    guard let fields = fields(of: field, .retry) else { return nil }
    var rule = RetryRule.standard(of: like)
    if let on = fields["on"] {
      let words = RetryRule.Condition.allCases.map(\.rawValue)
      guard let elements = elements(of: on, each: "on", limit: words.count) else {
        return nil
      }
      rule.on = Set(
        elements.compactMap { word($0, among: words).flatMap(RetryRule.Condition.init) })
    }
    fields["tries"].flatMap { whole($0, in: Limits.failures) }.map { rule.tries = $0 }
    fields["time"].flatMap { duration($0, .time) }.map { rule.time = $0 }
    rule.budget = meaningful(fields["budget"], like).flatMap { ratio($0) }
    meaningful(fields["redispatch"], like).flatMap { redispatch($0) }.map { rule.redispatch = $0 }
    return rule
  }

  /// Which retries go to another server: the last one, none, or every n-th.
  private func redispatch(_ field: Field) -> Int? {
    guard let text = scalar(field, "must be true, false or a whole number") else { return nil }
    switch text {
    case "true": return -1
    case "false": return 0
    default: return whole(field, in: -100...100)
    }
  }

  private func circuitBreakers(_ field: Field) -> CircuitBreakers {
    var breakers = CircuitBreakers()
    guard let fields = fields(of: field, .circuitBreakers) else { return breakers }
    fields["max_pending_requests"].flatMap { whole($0, in: Limits.maxConnections) }.map {
      breakers.maxPending = $0
    }
    fields["max_retries"].flatMap { whole($0, in: Limits.maxConnections) }.map {
      breakers.maxRetries = $0
    }
    return breakers
  }
}
