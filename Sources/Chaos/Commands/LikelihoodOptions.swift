import CommandLineParsing
import ExperimentDecoding
import ExperimentModel

/// What all verbs take that do something to a share of the packets.
struct LikelihoodOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Which share of them, such as 10%; always needed.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var rate: Ratio?

  @Option(
    help: ArgumentHelp("How much each one follows the one before.", valueName: "share"),
    transform: { try Ratio(text: $0) })
  var correlation: Ratio?

  mutating func validate() throws {
    guard let rate else { throw ValidationError("Give '--rate', such as '--rate 10%'.") }
    guard rate.fraction > 0 else {
      throw ValidationError("The value of '--rate' must be more than 0%.")
    }
  }

  /// How likely it is for each packet.
  var value: Likelihood {
    Likelihood(rate: rate ?? Ratio(1), correlation: correlation ?? Ratio(0))
  }
}
