import ExperimentModel

extension Keys {
  static let backend = Keys(
    of: "a backend",
    [
      "weight": .whole(Limits.weight),
      "backup": .flag,
      "down": .flag,
      "max_conns": .whole(Limits.maxConnections),
      "slow_start": .duration,
      "cpus": .number(Limits.cores),
      "cores": .number(Limits.cores),
      "server": .words(ServerKind.allCases.map(\.rawValue)),
      "workers": .either([.words(["unlimited"]), .whole(Limits.workers)]),
      "backlog": .whole(Limits.backlog),
      "service": .mapping(.service),
      "stages": stages,
      "memory": .size,
      "memory_base": .size,
      "error_rate": .ratio,
      "healthcheck": .mapping(.healthcheck),
      "restart": .pattern("^(no|always|unless-stopped|on-failure(:[0-9]+)?)$"),
      "startup": .duration,
      "site": .text(limit: Limits.nameLength),
    ])
  static let healthcheck = Keys(
    of: "`healthcheck`",
    [
      "interval": .duration, "timeout": .duration, "retries": .whole(Limits.tries),
      "start_period": .duration,
    ])
}

/// What a file says about a backend, or about all of them; nil is what it does not say.
private struct BackendSettings {
  var weight: Int?
  var isBackup: Bool?
  var isDown: Bool?
  var maxConnections: Int?
  var slowStart: Duration?
  var cpus: Cores?
  var cores: Cores?
  var server: ServerKind?
  var workers: Workers?
  var backlog: Int?
  var service = ServiceSettings()
  var memory: ByteCount?
  var memoryBase: ByteCount?
  var errorRate: Ratio?
  var healthcheck: HealthCheckSettings?
  var restart: RestartPolicy?
  var startup: Duration?
  /// Where the number of cores or workers stands, if one does.
  var concurrencyPlace: Place?
  /// Where the slow start stands, if one does.
  var slowStartPlace: Place?
  /// Where the memory limit or the idle process's memory stands, if one does.
  var memoryPlace: Place?

  /// These settings, and those of `defaults` where these are silent.
  ///
  /// `service` and `healthcheck` are merged key by key, too.
  func over(_ defaults: BackendSettings) -> BackendSettings {
    BackendSettings(
      weight: weight ?? defaults.weight,
      isBackup: isBackup ?? defaults.isBackup,
      isDown: isDown ?? defaults.isDown,
      maxConnections: maxConnections ?? defaults.maxConnections,
      slowStart: slowStart ?? defaults.slowStart,
      cpus: cpus ?? defaults.cpus,
      cores: cores ?? defaults.cores,
      server: server ?? defaults.server,
      workers: workers ?? defaults.workers,
      backlog: backlog ?? defaults.backlog,
      service: service.over(defaults.service),
      memory: memory ?? defaults.memory,
      memoryBase: memoryBase ?? defaults.memoryBase,
      errorRate: errorRate ?? defaults.errorRate,
      healthcheck: healthcheck?.over(defaults.healthcheck) ?? defaults.healthcheck,
      restart: restart ?? defaults.restart,
      startup: startup ?? defaults.startup,
      concurrencyPlace: concurrencyPlace,
      slowStartPlace: slowStartPlace,
      memoryPlace: memoryPlace)
  }

  /// The backend of this name, with the format's defaults for what nobody says; nil without a
  /// service.
  func backend(named name: String) -> Backend? {
    guard let service = service.service else { return nil }
    return Backend(
      name: name,
      weight: weight ?? 1,
      isBackup: isBackup ?? false,
      isDown: isDown ?? false,
      maxConnections: maxConnections == 0 ? nil : maxConnections,
      slowStart: slowStart ?? .zero,
      cpus: cpus,
      cores: cores,
      server: server ?? .threads,
      workers: workers ?? .unlimited,
      backlog: backlog ?? 4096,
      service: service,
      memory: memory,
      memoryBase: memoryBase ?? ByteCount(bytes: 0),
      errorRate: errorRate ?? Ratio(0),
      healthcheck: healthcheck?.healthCheck,
      restart: restart ?? .no,
      startup: startup ?? .zero)
  }
}

/// What a file says about a health check.
private struct HealthCheckSettings {
  var interval: Duration?
  var timeout: Duration?
  var retries: Int?
  var startPeriod: Duration?

  func over(_ defaults: HealthCheckSettings?) -> HealthCheckSettings {
    HealthCheckSettings(
      interval: interval ?? defaults?.interval,
      timeout: timeout ?? defaults?.timeout,
      retries: retries ?? defaults?.retries,
      startPeriod: startPeriod ?? defaults?.startPeriod)
  }

  var healthCheck: HealthCheck {
    let standard = HealthCheck()
    return HealthCheck(
      interval: interval ?? standard.interval,
      timeout: timeout ?? standard.timeout,
      retries: retries ?? standard.retries,
      startPeriod: startPeriod ?? standard.startPeriod)
  }
}

extension Decoding {
  /// The backends in the order of the file, each laid over the defaults; nil after a complaint.
  ///
  /// - Parameter balancers: who picks among them; nil after a complaint about them.
  func backends(_ field: Field, defaults: Field?, behind balancers: [Balancer]?) -> [Backend]? {
    let shared = defaults.map { settings($0) } ?? BackendSettings()
    checkConcurrency(shared)
    checkMemory(shared)
    checkSlowStart(shared, behind: balancers ?? [])
    guard let members = members(of: field, each: "backend", limit: Limits.backends) else {
      return nil
    }
    let backends = members.compactMap { backend($0, over: shared, behind: balancers ?? []) }
    return backends.count == members.count ? backends : nil
  }

  private func backend(
    _ field: Field, over defaults: BackendSettings, behind balancers: [Balancer]
  ) -> Backend? {
    guard isName(field) else { return nil }
    let settings = settings(field).over(defaults)
    checkConcurrency(settings)
    checkMemory(settings)
    checkSlowStart(settings, behind: balancers)
    checkCost(of: settings.service)
    if settings.service.isMissing {
      complain(
        "the backend \(quoted(field.name)) needs `service`, here or in backend_defaults, "
          + "such as `service: {cpu: 4ms}`",
        at: field.keyPlace)
    }
    return settings.backend(named: field.name)
  }

  private func settings(_ field: Field) -> BackendSettings {
    guard let fields = fields(of: field, .backend) else {
      return BackendSettings(service: ServiceSettings(isRefused: true))
    }
    var settings = BackendSettings()
    checkSite(fields["site"])
    settings.weight = fields["weight"].flatMap { whole($0, in: Limits.weight) }
    settings.isBackup = fields["backup"].flatMap { flag($0) }
    settings.isDown = fields["down"].flatMap { flag($0) }
    settings.maxConnections = fields["max_conns"].flatMap { whole($0, in: Limits.maxConnections) }
    settings.slowStart = fields["slow_start"].flatMap { duration($0, .time) }
    settings.slowStartPlace = fields["slow_start"]?.keyPlace
    settings.cpus = fields["cpus"].flatMap { number($0, in: Limits.cores) }.map(Cores.init)
    settings.cores = fields["cores"].flatMap { number($0, in: Limits.cores) }.map(Cores.init)
    settings.server = fields["server"].flatMap { server($0) }
    settings.workers = fields["workers"].flatMap { workers($0) }
    settings.backlog = fields["backlog"].flatMap { whole($0, in: Limits.backlog) }
    settings.memory = fields["memory"].flatMap { size($0) }
    settings.memoryBase = fields["memory_base"].flatMap { size($0) }
    settings.errorRate = fields["error_rate"].flatMap { ratio($0) }
    settings.healthcheck = fields["healthcheck"].flatMap { healthcheck($0) }
    settings.restart = fields["restart"].flatMap { restart($0) }
    settings.startup = fields["startup"].flatMap { duration($0, .time) }
    settings.concurrencyPlace = (fields["cores"] ?? fields["workers"])?.place
    settings.memoryPlace = (fields["memory"] ?? fields["memory_base"])?.place
    settings.service = service(fields["service"], stages: fields["stages"])
    if fields.misspelt.contains("service") { settings.service.isRefused = true }
    return settings
  }

  private func server(_ field: Field) -> ServerKind? {
    let names = ServerKind.allCases.map(\.rawValue)
    let demand = "must be \(listed(names, "or"))"
    guard let text = scalar(field, demand) else { return nil }
    if let kind = ServerKind(rawValue: text) { return kind }
    refuse(field, demand)
    return nil
  }

  private func workers(_ field: Field) -> Workers? {
    let range = Limits.workers
    let demand =
      "must be unlimited or a whole number from \(range.lowerBound) to "
      + "\(range.upperBound)"
    guard let text = scalar(field, demand) else { return nil }
    if text == "unlimited" { return .unlimited }
    guard ExactDecimal(text) == nil else { return whole(field, in: range).map(Workers.count) }
    refuse(field, demand)
    return nil
  }

  private func healthcheck(_ field: Field) -> HealthCheckSettings? {
    guard let fields = fields(of: field, .healthcheck) else { return nil }
    return HealthCheckSettings(
      interval: fields["interval"].flatMap { duration($0, .positiveTime) },
      timeout: fields["timeout"].flatMap { duration($0, .positiveTime) },
      retries: fields["retries"].flatMap { whole($0, in: Limits.tries) },
      startPeriod: fields["start_period"].flatMap { duration($0, .time) })
  }

  private func restart(_ field: Field) -> RestartPolicy? {
    let demand = "must be no, always, unless-stopped, on-failure or on-failure:5"
    guard let text = scalar(field, demand) else { return nil }
    let policies: [String: RestartPolicy] = [
      "no": .no, "always": .always, "unless-stopped": .unlessStopped,
      "on-failure": .onFailure(tries: nil),
    ]
    if let policy = policies[text] { return policy }
    let prefix = "on-failure:"
    if text.hasPrefix(prefix), let tries = Int(text.dropFirst(prefix.count)),
      Limits.tries.contains(tries)
    {
      return .onFailure(tries: tries)
    }
    refuse(field, demand)
    return nil
  }

  /// Complains about more cores than a backend has threads to use them.
  private func checkConcurrency(_ settings: BackendSettings) {
    guard let place = settings.concurrencyPlace, let cores = settings.cores,
      case .count(let workers)? = settings.workers, cores.count > Double(workers)
    else { return }
    complain(
      "\(workers) \(workers == 1 ? "worker" : "workers") cannot use \(plain(cores.count)) cores "
        + "at once; lower `cores` or leave it out", at: place)
  }

  /// Complains about a slow start that a balancer has not, or not with its strategy.
  private func checkSlowStart(_ settings: BackendSettings, behind balancers: [Balancer]) {
    guard let place = settings.slowStartPlace else { return }
    for balancer in balancers {
      let like = balancer.like
      if ![.nginx, .haproxy, .envoy].contains(like) {
        return complain(
          "`slow_start` means nothing to \(like.rawValue); leave it out, or write nginx, haproxy "
            + "or envoy after `like`", at: place)
      }
      if catalogue.card(of: balancer.strategy)?.allowsSlowStart == false {
        return complain(
          "`\(balancer.strategy.name)` knows no slow start; leave `slow_start` out, or choose "
            + "another strategy", at: place)
      }
    }
  }

  /// Complains about an idle process that is larger than its container may be.
  private func checkMemory(_ settings: BackendSettings) {
    guard let place = settings.memoryPlace, let limit = settings.memory,
      let base = settings.memoryBase, base.bytes > limit.bytes
    else { return }
    complain(
      "an idle process of \(SizeText.write(base)) does not fit into \(SizeText.write(limit)) and "
        + "would be killed at its start; raise `memory` or lower `memory_base`", at: place)
  }
}
