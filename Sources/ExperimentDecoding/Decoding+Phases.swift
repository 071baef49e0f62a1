import ExperimentModel

extension Keys {
  static let phase = Keys(
    of: "a phase", ["for": .duration, "rate": .rate, "from": .rate, "to": .rate],
    required: ["for"])
}

// Open workloads whose rate changes, and what clients do about failures.
extension Decoding {
  /// An open workload in phases; nil after a complaint.
  func phases(_ field: Field, of fields: Fields, arrivals: ArrivalProcess?) -> OpenLoop? {
    for name in ["rate", "duration", "requests"] {
      guard let other = fields[name] else { continue }
      complain("`phases` says when and how fast; leave out `\(name)`", at: other.keyPlace)
    }
    guard let elements = elements(of: field, each: "phase", limit: Limits.ratePhases) else {
      return nil
    }
    let phases = elements.compactMap { phase($0) }
    guard phases.count == elements.count, let arrivals else { return nil }
    guard phases.contains(where: { $0.from > 0 || $0.to > 0 }) else {
      complain("`phases` must have a phase with requests in it", at: field.place)
      return nil
    }
    let total = phases.reduce(0) { $0 + $1.length.inSeconds }
    guard total <= Limits.longestTime.inSeconds else {
      complain("`phases` must end within 10 years (87600h)", at: field.place)
      return nil
    }
    return OpenLoop(phases: phases, arrivals: arrivals)
  }

  private func phase(_ field: Field) -> RatePhase? {
    guard let fields = fields(of: field, .phase) else { return nil }
    let length = required("for", of: fields, example: "30s")
      .flatMap { duration($0, .positiveTime) }
    switch (fields["rate"], fields["from"], fields["to"]) {
    case (let steady?, nil, nil):
      guard let rate = rateOrNone(steady), let length else { return nil }
      return RatePhase(length: length, from: rate, to: rate)
    case (nil, let first?, let last?):
      guard let from = rateOrNone(first), let to = rateOrNone(last), let length else {
        return nil
      }
      return RatePhase(length: length, from: from, to: to)
    case (_?, let other?, _), (_?, nil, let other?):
      complain("a phase has either `rate`, or `from` and `to`", at: other.keyPlace)
    case (nil, _, _):
      if !fields.explainsAbsence(of: ["rate", "from", "to"]) {
        complain(
          "a phase needs `rate: 200/s`, or `from: 200/s` and `to: 2000/s`", at: field.place)
      }
    }
    return nil
  }

  /// A rate that may be nothing at all, `0/s`.
  private func rateOrNone(_ field: Field) -> Double? {
    if case .scalar(let text, _) = field.node.content, ["0", "0/s", "0/m", "0/h"].contains(text) {
      return 0
    }
    return rate(field)?.perSecond
  }
}
