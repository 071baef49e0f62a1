import ExperimentModel

extension Keys {
  static let lossModel = Keys(
    of: "a model of losses",
    [
      (LossModel.Channel.gilbertElliott.rawValue, .mapping(.gilbertElliott)),
      (LossModel.Channel.fourState.rawValue, .mapping(.fourState)),
    ])
  static let gilbertElliott = Keys(
    of: "a Gilbert-Elliott channel",
    ["to_bad": .ratio, "to_good": .ratio, "loss_in_bad": .ratio, "loss_in_good": .ratio],
    required: ["to_bad", "to_good"])
  static let fourState = Keys(
    of: "a channel of four states",
    ["p13": .ratio, "p31": .ratio, "p32": .ratio, "p23": .ratio, "p14": .ratio],
    required: ["p13", "p31"])
}

extension Decoding {
  /// Which packets are lost: a share of them, or what a channel with a memory loses.
  func loss(_ fields: Fields) -> LossModel? {
    guard let model = fields["model"] else { return likelihood(fields).map(LossModel.random) }
    for name in ["rate", "correlation"] {
      guard let field = fields[name] else { continue }
      complain("a `model` has its own chances; leave `\(name)` out", at: field.keyPlace)
    }
    guard let kinds = self.fields(of: model, .lossModel) else { return nil }
    guard let kind = kinds.given.first, kinds.given.count == 1 else {
      if !kinds.given.isEmpty || kinds.misspelt.isEmpty {
        let names = listed(Keys.lossModel.supported, "or")
        complain("a model of losses has exactly one kind: \(names)", at: model.place)
      }
      return nil
    }
    let channel =
      kind.name == LossModel.Channel.fourState.rawValue ? fourState(kind) : gilbertElliott(kind)
    guard let channel else { return nil }
    if let flaw = channel.flaw {
      complain(flaw, at: kind.place)
      return nil
    }
    return channel
  }

  private func gilbertElliott(_ field: Field) -> LossModel? {
    guard let fields = fields(of: field, .gilbertElliott) else { return nil }
    let toBad = required("to_bad", of: fields, example: "1%").flatMap { ratio($0) }
    let toGood = required("to_good", of: fields, example: "30%").flatMap { ratio($0) }
    let inBad = optional(fields["loss_in_bad"], else: Ratio(1)) { ratio($0) }
    let inGood = optional(fields["loss_in_good"], else: Ratio(0)) { ratio($0) }
    guard let toBad, let toGood, let inBad, let inGood else { return nil }
    return .gilbertElliott(toBad: toBad, toGood: toGood, lossInBad: inBad, lossInGood: inGood)
  }

  private func fourState(_ field: Field) -> LossModel? {
    guard let fields = fields(of: field, .fourState) else { return nil }
    let p13 = required("p13", of: fields, example: "1%").flatMap { ratio($0) }
    let p31 = required("p31", of: fields, example: "30%").flatMap { ratio($0) }
    let p32 = optional(fields["p32"], else: Ratio(0)) { ratio($0) }
    let p23 = optional(fields["p23"], else: Ratio(1)) { ratio($0) }
    let p14 = optional(fields["p14"], else: Ratio(0)) { ratio($0) }
    guard let p13, let p31, let p32, let p23, let p14 else { return nil }
    return .fourState(p13: p13, p31: p31, p32: p32, p23: p23, p14: p14)
  }
}
