import CommandLineParsing
import Testing

struct HelpTests {
  private func clean(_ words: String...) throws -> String {
    var told: String?
    do {
      var command = try Depot.parseAsRoot(words)
      try command.run()
    } catch {
      #expect(Depot.exitCode(for: error) == .success)
      told = Depot.fullMessage(for: error)
    }
    return try #require(told)
  }

  @Test func `help of the root lists the verbs that are for people`() throws {
    let expected = """
      Sends parcels.

      Usage: depot <subcommand>

      OPTIONS:
        --version               Show the version.
        -h, --help              Show this help.

      SUBCOMMANDS:
        send                    Send a parcel.
        track

      See 'depot help <subcommand>' for details.
      """
    #expect(try clean("--help") == expected)
    #expect(try clean("-h") == expected)
    #expect(try clean("help") == expected)
    #expect(try clean() == expected)
  }

  @Test func `help of a verb is aligned and wrapped`() throws {
    let expected = """
      Send a parcel.

      The parcel goes by road wherever there is one, which takes as long as it takes,
      and by ship otherwise.

          depot send box --to Bergen

      Usage: depot send <parcel> [<others>...] --to <town> [--speed <speed>]
                        [--weight <weight-in-kilograms>] [--serial <serial>]
                        [--label <label>...] [--wait <wait>] [--dry-run]
                        [--no-progress] [--verbose] [--retries <retries>]

      ARGUMENTS:
        <parcel>                What to send.
        <others>                What to send with it.

      OPTIONS:
        -t, --to <town>         Where to.
        --speed <speed>         How fast. (one of: slow, quick, express; default:
                                slow)
        -w, --weight <weight-in-kilograms>
                                The weight.
        --serial <serial>       A number that is unique.
        --label <label>         A word on the box. (default: fragile)
        --wait <wait>           How long to wait.
        -d, --dry-run           Do not send it.
        --no-progress           Be quiet.
        -v, --verbose           Say more.
        --retries <retries>     How often to try again. (default: 3)
        --version               Show the version.
        -h, --help              Show this help.
      """
    #expect(try clean("send", "--help") == expected)
    #expect(try clean("help", "send") == expected)
    #expect(try clean("send", "--nonsense", "-h") == expected)
  }

  @Test func `no line of help is wider than the limit`() {
    for columns in [1, 60, 80, 100, 500] {
      let widest = Send.helpMessage(columns: columns).split(separator: "\n").map(\.count).max() ?? 0
      #expect(widest <= min(max(columns, 60), 100))
    }
  }

  @Test func `the version is printed at every level`() throws {
    #expect(try clean("--version") == "1.2.3")
    #expect(try clean("send", "--version") == "1.2.3")
  }

  @Test func `after two dashes a request for help is an argument`() throws {
    let command = try Depot.parseAsRoot(["secret", "--", "--help"])
    #expect((command as? Secret)?.word == "--help")
  }
}
