import ExperimentModel

extension Keys {
  static let clientRetry = Keys(
    of: "`retry`",
    ["tries": .whole(Limits.clientTries), "backoff": .mapping(.backoff), "budget": .ratio],
    required: ["tries"])
  static let backoff = Keys(
    of: "`backoff`",
    [
      "base": .duration, "factor": .number(Limits.backoffFactor), "max": .duration,
      "jitter": .words(["none", "full"]),
    ], required: ["base"])
}

extension Decoding {
  /// What clients do about failures; nil after a complaint.
  func clientRetry(_ field: Field) -> ClientRetry? {
    guard let fields = fields(of: field, .clientRetry) else { return nil }
    let tries = required("tries", of: fields, example: "3")
      .flatMap { whole($0, in: Limits.clientTries) }
    let backoff = fields["backoff"].flatMap { self.backoff($0) }
    let budget = fields["budget"].flatMap { ratio($0) }
    return tries.map { ClientRetry(tries: $0, backoff: backoff, budget: budget) }
  }

  private func backoff(_ field: Field) -> Backoff? {
    guard let fields = fields(of: field, .backoff) else { return nil }
    guard
      let base = required("base", of: fields, example: "100ms")
        .flatMap({ duration($0, .positiveTime) })
    else { return nil }
    var backoff = Backoff(base: base)
    if let factor = fields["factor"].flatMap({ number($0, in: Limits.backoffFactor) }) {
      backoff.factor = factor
    }
    if let jitter = fields["jitter"].flatMap({ word($0, among: ["none", "full"]) }) {
      backoff.jitter = jitter == "full" ? .full : .none
    }
    if let field = fields["max"], let longest = duration(field, .positiveTime) {
      if longest < base { refuse(field, "must not be shorter than `base`") }
      backoff.max = longest
    }
    return backoff
  }
}
