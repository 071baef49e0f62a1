import CommandLineParsing

/// A command with two verbs, as the tests type it.
struct Depot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "depot",
    abstract: "Sends parcels.",
    version: "1.2.3",
    subcommands: [Send.self, Track.self, Secret.self])
}

enum Speed: String, ExpressibleByArgument, CaseIterable {
  case slow, quick, express
}

struct Shared: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say more.")
  var verbose = false

  @Option(help: "How often to try again.")
  var retries = 3

  mutating func validate() throws {
    if retries > 9 { throw ValidationError("More than 9 retries are of no use.") }
  }
}

struct Send: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Send a parcel.",
    discussion: """
      The parcel goes by road wherever there is one, which takes as long as it takes, and by \
      ship otherwise.

          depot send box --to Bergen
      """)

  @Argument(help: "What to send.")
  var parcel: String

  @Argument(help: "What to send with it.")
  var others: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to.", valueName: "town"))
  var to: String

  @Option(help: "How fast.")
  var speed: Speed = .slow

  @Option(name: [.customShort("w"), .customLong("weight")], help: "The weight.")
  var weightInKilograms: Double?

  @Option(help: "A number that is unique.")
  var serial: UInt64?

  @Option(name: .long, help: "A word on the box.")
  var label: [String] = ["fragile"]

  @Option(
    help: "How long to wait.",
    transform: { word in
      guard word.hasSuffix("h"), let hours = Int(word.dropLast()) else {
        throw ValidationError("give hours, such as 4h")
      }
      return hours * 3600
    })
  var wait: Int?

  @Flag(name: .shortAndLong, help: "Do not send it.")
  var dryRun = false

  @Flag(name: .customLong("no-progress"), help: "Be quiet.")
  var noProgress = false

  @Option(help: ArgumentHelp(visibility: .hidden))
  var token: String?

  @OptionGroup
  var shared: Shared

  mutating func validate() throws {
    if parcel == to { throw ValidationError("A parcel cannot be sent to itself.") }
  }
}

struct Track: ParsableCommand {
  @Argument
  var numbers: [Int]
}

struct Secret: ParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)
  @Argument
  var word: String?
}
