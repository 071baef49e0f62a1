import CommandLineParsing
import ExperimentDecoding
import ExperimentModel

/// Which packets are lost: a share of them, or what a channel with a memory loses.
struct LossOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Which share of them, such as 10%; or give a model.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var rate: Ratio?

  @Option(
    help: ArgumentHelp("How much each one follows the one before.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var correlation: Ratio?

  @Option(help: "Lose them in bursts, by a channel that has states.")
  var model: LossModel.Channel?

  @Option(
    help: ArgumentHelp("gilbert-elliott: the chance to become bad.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var toBad: Ratio?

  @Option(
    help: ArgumentHelp("gilbert-elliott: the chance to become good.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var toGood: Ratio?

  @Option(
    help: ArgumentHelp("gilbert-elliott: what a bad one loses, usually 100%.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var lossInBad: Ratio?

  @Option(
    help: ArgumentHelp("gilbert-elliott: what a good one loses, usually 0%.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var lossInGood: Ratio?

  @Option(
    help: ArgumentHelp("four-state: from good to a burst of losses.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var p13: Ratio?

  @Option(
    help: ArgumentHelp("four-state: from a burst to good.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var p31: Ratio?

  @Option(
    help: ArgumentHelp("four-state: from a burst to a gap in it, usually 0%.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var p32: Ratio?

  @Option(
    help: ArgumentHelp("four-state: from the gap to the burst, usually 100%.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var p23: Ratio?

  @Option(
    help: ArgumentHelp("four-state: a single loss, usually 0%.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var p14: Ratio?

  /// The options of each channel that are given.
  private func given(for channel: LossModel.Channel) -> [String] {
    let options: [(name: String, value: Ratio?)] =
      switch channel {
      case .gilbertElliott:
        [
          ("--to-bad", toBad), ("--to-good", toGood), ("--loss-in-bad", lossInBad),
          ("--loss-in-good", lossInGood),
        ]
      case .fourState:
        [("--p13", p13), ("--p31", p31), ("--p32", p32), ("--p23", p23), ("--p14", p14)]
      }
    return options.filter { $0.value != nil }.map(\.name)
  }

  mutating func validate() throws {
    for channel in LossModel.Channel.allCases where channel != model {
      guard let name = given(for: channel).first else { continue }
      throw ValidationError("'\(name)' needs '--model \(channel.rawValue)'.")
    }
    guard model != nil else {
      guard let rate else {
        throw ValidationError("Give '--rate', such as '--rate 10%', or '--model'.")
      }
      guard rate.fraction > 0 else {
        throw ValidationError("The value of '--rate' must be more than 0%.")
      }
      return
    }
    if rate != nil || correlation != nil {
      throw ValidationError("A model has its own chances; leave '--rate' and '--correlation' out.")
    }
    try validateChannel()
  }

  private func validateChannel() throws {
    if model == .gilbertElliott, toBad == nil || toGood == nil {
      throw ValidationError("The model needs '--to-bad' and '--to-good', such as 1% and 30%.")
    }
    if model == .fourState, p13 == nil || p31 == nil {
      throw ValidationError("The model needs '--p13' and '--p31', such as 1% and 30%.")
    }
    if let flaw = value.flaw { throw ValidationError("In the model, \(flaw).") }
  }

  /// Which packets are lost.
  var value: LossModel {
    switch model {
    case nil:
      .random(Likelihood(rate: rate ?? Ratio(1), correlation: correlation ?? Ratio(0)))
    case .gilbertElliott?:
      .gilbertElliott(
        toBad: toBad ?? Ratio(0), toGood: toGood ?? Ratio(0), lossInBad: lossInBad ?? Ratio(1),
        lossInGood: lossInGood ?? Ratio(0))
    case .fourState?:
      .fourState(
        p13: p13 ?? Ratio(0), p31: p31 ?? Ratio(0), p32: p32 ?? Ratio(0), p23: p23 ?? Ratio(1),
        p14: p14 ?? Ratio(0))
    }
  }
}

extension LossModel.Channel: ExpressibleByArgument {}
