import ExperimentModel

extension Keys {
  static let service = Keys(
    of: "`service`",
    ["cpu": .distribution, "io": .distribution, "memory": .size, "stages": stages])
  static let stages = Shape.list(.mapping(.stage), most: Limits.stages)
  static let stage = Keys(of: "a stage", ["cpu": .distribution, "io": .distribution])
}

/// What a file says about the cost of a request.
struct ServiceSettings {
  var cpu: Distribution?
  var io: Distribution?
  var stages: [ServiceStage]?
  var memory: ByteCount?
  /// Whether something is nil because it was complained about.
  var isRefused = false
  /// Where the first of the times stands that are given here.
  var place: Place?

  /// These settings, and those of `defaults` where these are silent.
  ///
  /// Stages take the place of `cpu` and `io`, and those of stages.
  func over(_ defaults: ServiceSettings) -> ServiceSettings {
    var merged = self
    merged.memory = memory ?? defaults.memory
    merged.isRefused = isRefused || defaults.isRefused
    merged.place = place ?? defaults.place
    if stages == nil {
      merged.cpu = cpu ?? defaults.cpu
      merged.io = io ?? defaults.io
      if cpu == nil, io == nil { merged.stages = defaults.stages }
    }
    return merged
  }

  /// The stages in their order: without a list of them the CPU time, then the wait.
  var sequence: [ServiceStage] {
    stages ?? [cpu.map(ServiceStage.cpu), io.map(ServiceStage.io)].compactMap(\.self)
  }

  /// Whether nobody says what a request costs.
  var isMissing: Bool { sequence.isEmpty && !isRefused }

  /// The service; nil where nothing sound is said about it.
  var service: Service? {
    if sequence.isEmpty { return nil }
    return Service(stages: sequence, memory: memory ?? ByteCount(bytes: 0))
  }
}

extension Decoding {
  /// What a backend says about the cost of a request, in `service` and in `stages` beside it.
  func service(_ field: Field?, stages beside: Field?) -> ServiceSettings {
    var settings = ServiceSettings()
    let fields = field.flatMap { self.fields(of: $0, .service) }
    if field != nil, fields == nil { settings.isRefused = true }
    settings.memory = fields?["memory"].flatMap { size($0) }
    let (cpu, io) = (fields?["cpu"], fields?["io"])
    let list = fields?["stages"] ?? beside
    settings.place = (list ?? cpu ?? io)?.place
    if let list, let other = cpu ?? io {
      complain(
        "`\(other.name)` and `stages` exclude each other; put it among the stages",
        at: list.keyPlace)
    }
    if let beside, fields?["stages"] != nil {
      complain("`stages` is in `service` too; leave one of them out", at: beside.keyPlace)
    }
    settings.cpu = cpu.flatMap { distribution($0) }
    settings.io = io.flatMap { distribution($0) }
    settings.stages = list.flatMap { serviceStages($0) }
    let isIncomplete =
      (cpu != nil && settings.cpu == nil) || (io != nil && settings.io == nil)
      || (list != nil && settings.stages == nil)
    if isIncomplete || fields?.explainsAbsence(of: ["cpu", "io", "stages"]) == true {
      settings.isRefused = true
    }
    return settings
  }

  private func serviceStages(_ field: Field) -> [ServiceStage]? {
    guard let elements = elements(of: field, each: "stage", limit: Limits.stages) else {
      return nil
    }
    guard !elements.isEmpty else {
      complain(
        "`stages` is empty; at least one is needed, such as `- {cpu: 4ms}`", at: field.place)
      return nil
    }
    let stages = elements.compactMap { serviceStage($0) }
    return stages.count == elements.count ? stages : nil
  }

  private func serviceStage(_ field: Field) -> ServiceStage? {
    guard let fields = fields(of: field, .stage) else { return nil }
    switch (fields["cpu"], fields["io"]) {
    case (let cpu?, nil): return distribution(cpu).map(ServiceStage.cpu)
    case (nil, let io?): return distribution(io).map(ServiceStage.io)
    case (_?, let io?):
      complain("a stage is either `cpu` or `io`; make two of it", at: io.keyPlace)
    case (nil, nil):
      if !fields.explainsAbsence(of: ["cpu", "io"]) {
        complain("a stage needs `cpu` or `io`, such as `{cpu: 4ms}`", at: field.place)
      }
    }
    return nil
  }

  /// Complains about a service that takes no time at all.
  func checkCost(of service: ServiceSettings) {
    guard let place = service.place, !service.isRefused, !service.sequence.isEmpty,
      service.sequence.allSatisfy(\.isAlwaysZero)
    else { return }
    let name = service.stages != nil ? "stages" : service.cpu != nil ? "cpu" : "io"
    complain(
      "`\(name)` must be longer than 0; clients of a server without cost would never stop",
      at: place)
  }
}

extension ServiceStage {
  /// Whether it never takes any time.
  fileprivate var isAlwaysZero: Bool {
    switch self {
    case .cpu(let time), .io(let time): time.isAlwaysZero
    }
  }
}
