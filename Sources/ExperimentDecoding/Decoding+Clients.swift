import ExperimentModel

extension Keys {
  static let clientGroup = Keys(
    of: "a client group",
    [
      "open": .mapping(.openLoop),
      "closed": .mapping(.closedLoop),
      "trace": .text(limit: Limits.urlLength),
      "start": .duration,
      "keepalive": .flag,
      "timeout": .duration,
      "retry": .mapping(.clientRetry),
      "request": .mapping(.request),
      "site": .text(limit: Limits.nameLength),
    ])
  static let request = Keys(
    of: "`request`",
    [
      "method": .words(methods),
      "key": .mapping(.key),
      "client_ips": .whole(Limits.clientAddresses),
      "size": .size,
      "response": .size,
    ])
  fileprivate static let methods = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "LOCK",
  ]
  static let key = Keys(of: "`key`", ["uniform": .whole(Limits.keys), "zipf": .mapping(.zipf)])
  static let zipf = Keys(
    of: "`zipf`", ["n": .whole(Limits.keys), "s": .number(Limits.zipfExponent)],
    required: ["n", "s"])
  static let openLoop = Keys(
    of: "`open`",
    [
      "rate": .rate,
      "arrivals": .either([.words(["poisson", "constant"]), .distribution]),
      "requests": .whole(Limits.requests),
      "duration": .duration,
      "phases": .list(.mapping(.phase), most: Limits.ratePhases),
    ])
  static let closedLoop = Keys(
    of: "`closed`",
    [
      "concurrency": .whole(Limits.concurrency),
      "think": .distribution,
      "requests": .whole(Limits.requests),
      "duration": .duration,
    ], required: ["concurrency"])
}

extension Decoding {
  /// The client groups in the order of the file; nil after a complaint.
  func clients(_ field: Field, runEnds: Bool) -> [ClientGroup]? {
    guard let members = members(of: field, each: "client group", limit: Limits.clientGroups) else {
      return nil
    }
    let groups = members.compactMap { clientGroup($0, runEnds: runEnds) }
    return groups.count == members.count ? groups : nil
  }

  private func clientGroup(_ field: Field, runEnds: Bool) -> ClientGroup? {
    let isNamed = isName(field)
    guard let fields = fields(of: field, .clientGroup) else { return nil }
    let workload = workload(fields, runEnds: runEnds)
    let start = optional(fields["start"], else: .zero) { duration($0, .time) }
    let keepalive = optional(fields["keepalive"], else: false) { flag($0) }
    let timeout = fields["timeout"].flatMap { duration($0, .positiveTime) }
    let request = optional(fields["request"], else: RequestKind()) { requestKind($0) }
    checkSite(fields["site"])
    let retry = fields["retry"].flatMap { clientRetry($0) }
    guard isNamed, let workload, let start, let keepalive, let request else { return nil }
    return ClientGroup(
      name: field.name, workload: workload, start: start, keepalive: keepalive, timeout: timeout,
      request: request, retry: retry)
  }

  private func requestKind(_ field: Field) -> RequestKind? {
    guard let fields = fields(of: field, .request) else { return nil }
    var kind = RequestKind()
    if let method = fields["method"] {
      word(method, among: Keys.methods).map { kind.method = $0 }
    }
    kind.key = fields["key"].flatMap { popularity($0) }
    if let addresses = fields["client_ips"] {
      whole(addresses, in: Limits.clientAddresses).map { kind.clientAddresses = $0 }
    }
    if let size = fields["size"].flatMap({ messageSize($0) }) { kind.size = size }
    if let size = fields["response"].flatMap({ messageSize($0) }) { kind.response = size }
    return kind
  }

  private func messageSize(_ field: Field) -> ByteCount? {
    guard let size = size(field) else { return nil }
    if Limits.messageBytes.contains(size.bytes) { return size }
    refuse(field, "must be at most 1G")
    return nil
  }

  private func popularity(_ field: Field) -> KeyPopularity? {
    guard let fields = fields(of: field, .key) else { return nil }
    switch (fields["uniform"], fields["zipf"]) {
    case (let uniform?, nil):
      return whole(uniform, in: Limits.keys).map(KeyPopularity.uniform)
    case (nil, let zipf?):
      guard let fields = self.fields(of: zipf, .zipf) else { return nil }
      let count = required("n", of: fields, example: "1000").flatMap { whole($0, in: Limits.keys) }
      let exponent = required("s", of: fields, example: "1.1")
        .flatMap { number($0, in: Limits.zipfExponent) }
      guard let count, let exponent else { return nil }
      return .zipf(count: count, exponent: exponent)
    case (_?, let zipf?):
      complain("a key is either uniform or zipf", at: zipf.keyPlace)
    case (nil, nil):
      if !fields.explainsAbsence(of: ["uniform", "zipf"]) {
        refuse(field, "must be {uniform: 1000} or {zipf: {n: 1000, s: 1.1}}")
      }
    }
    return nil
  }

  private func workload(_ fields: Fields, runEnds: Bool) -> Workload? {
    let kinds = ["open", "closed", "trace"]
    let given = kinds.compactMap { fields[$0] }
    if given.count > 1 {
      complain(
        "a client group is either open, closed or a trace; make two groups to have both",
        at: given[1].keyPlace)
      return nil
    }
    switch given.first {
    case let open? where open.name == "open":
      return openLoop(open, runEnds: runEnds).map(Workload.open)
    case let closed? where closed.name == "closed":
      return closedLoop(closed, runEnds: runEnds).map(Workload.closed)
    case let file?:
      return trace(file).map(Workload.trace)
    case nil where fields.explainsAbsence(of: kinds):
      break
    case nil:
      complain(
        "the client group \(quoted(fields.owner.name)) needs `open`, `closed` or "
          + "`trace`, such as `closed: {concurrency: 100, requests: 20000}`",
        at: fields.owner.keyPlace)
    }
    return nil
  }

  private func openLoop(_ field: Field, runEnds: Bool) -> OpenLoop? {
    guard let fields = fields(of: field, .openLoop) else { return nil }
    let arrivals = optional(fields["arrivals"], else: .poisson) { self.arrivals($0) }
    if let phases = fields["phases"] {
      return self.phases(phases, of: fields, arrivals: arrivals)
    }
    let rate = required("rate", of: fields, example: "600/s").flatMap { self.rate($0) }
    let extent = extent(fields, runEnds: runEnds)
    guard let rate, let arrivals, let extent else { return nil }
    if case .requests(let count) = extent, let field = fields["requests"],
      Double(count) / rate.perSecond > Limits.longestTime.inSeconds
    {
      refuse(field, "must arrive within 10 years (87600h) at this rate")
      return nil
    }
    return OpenLoop(rate: rate, arrivals: arrivals, extent: extent)
  }

  private func closedLoop(_ field: Field, runEnds: Bool) -> ClosedLoop? {
    guard let fields = fields(of: field, .closedLoop) else { return nil }
    let concurrency = required("concurrency", of: fields, example: "100")
      .flatMap { whole($0, in: Limits.concurrency) }
    let think = fields["think"].flatMap { distribution($0) }
    let extent = extent(fields, runEnds: runEnds)
    guard let concurrency, let extent else { return nil }
    return ClosedLoop(concurrency: concurrency, extent: extent, think: think)
  }

  private func arrivals(_ field: Field) -> ArrivalProcess? {
    guard case .scalar(let text, _) = field.node.content, ExactDecimal.begins(text) == false else {
      guard let gaps = distribution(field) else { return nil }
      guard !gaps.isAlwaysZero else {
        refuse(field, "must have gaps longer than 0")
        return nil
      }
      return .renewal(gaps)
    }
    return choice(
      field, among: ["poisson": ArrivalProcess.poisson, "constant": ArrivalProcess.constant])
  }

  /// How long a group goes on: until a number of requests, a duration, or the end of the run.
  private func extent(_ fields: Fields, runEnds: Bool) -> Extent? {
    switch (fields["requests"], fields["duration"]) {
    case (let requests?, nil):
      return whole(requests, in: Limits.requests).map(Extent.requests)
    case (nil, let duration?):
      return self.duration(duration, .positiveTime).map(Extent.duration)
    case (_?, let duration?):
      complain("give either `requests` or `duration`, not both", at: duration.keyPlace)
    case (nil, nil) where runEnds:
      return .untilRunEnds
    case (nil, nil) where fields.explainsAbsence(of: ["requests", "duration"]):
      break
    case (nil, nil):
      complain(
        "\(fields.keys.owner) would never end; give `requests`, `duration` or run.duration",
        at: fields.owner.keyPlace)
    }
    return nil
  }

  /// Whether a person's name for a group or backend can be shown in results.
  func isName(_ field: Field) -> Bool {
    let scalars = field.name.unicodeScalars
    let isShowable = scalars.allSatisfy {
      $0.properties.generalCategory != .control && !$0.properties.isWhitespace
    }
    if !scalars.isEmpty, scalars.count <= Limits.nameLength, isShowable { return true }
    complain(
      "the name \(quoted(field.name)) must have 1 to \(Limits.nameLength) characters, no blanks",
      at: field.keyPlace)
    return false
  }
}
