import CommandLineParsing
import Testing

struct RefusalTests {
  /// The first line of what a person is told, after `Error: `.
  private func refusal(_ words: [String]) throws -> String {
    var told: String?
    do {
      _ = try Depot.parseAsRoot(words)
    } catch {
      #expect(Depot.exitCode(for: error) == ExitCode(64))
      let lines = Depot.fullMessage(for: error).split(separator: "\n")
      #expect(lines.count >= 3)
      #expect(lines.last == "See 'depot\(words.first == "send" ? " send" : "") --help' for more.")
      told = lines.first.map { String($0.dropFirst("Error: ".count)) }
    }
    return try #require(told, "the line \(words) was accepted")
  }

  @Test(arguments: [
    (["--sped", "quick"], "Unknown option '--sped'; did you mean '--speed'?"),
    (["--colour"], "Unknown option '--colour'."),
    (["-x"], "Unknown option '-x'."),
    (["-dx"], "Unknown option '-dx'."),
    (["--tokn", "1"], "Unknown option '--tokn'."),
    (["--speed"], "Missing value for '--speed <speed>'."),
    (["--speed", "--dry-run"], "Missing value for '--speed <speed>'."),
    (["--dry-run=yes"], "The option '--dry-run' takes no value."),
    (["--help=yes"], "The option '--help' takes no value."),
    (
      ["--speed", "quik"],
      "The value 'quik' is invalid for '--speed <speed>': "
        + "did you mean 'quick'? accepted are slow, quick and express."
    ),
    (
      ["--serial", "-1"],
      "The value '-1' is invalid for '--serial <serial>': "
        + "a whole number from 0 to 18446744073709551615 is expected."
    ),
    (
      ["--retries", "99999999999999999999"],
      "The value '99999999999999999999' is invalid for '--retries <retries>': "
        + "a whole number is expected."
    ),
    (
      ["--weight", "nan"],
      "The value 'nan' is invalid for '--weight <weight-in-kilograms>': a number is expected."
    ),
    (
      ["--weight="],
      "The value '' is invalid for '--weight <weight-in-kilograms>': a number is expected."
    ),
    (
      ["--wait", "4"],
      "The value '4' is invalid for '--wait <wait>': give hours, such as 4h."
    ),
    (["--retries", "10"], "More than 9 retries are of no use."),
    (["--to", "box"], "A parcel cannot be sent to itself."),
  ])
  func `what is wrong is named in one sentence`(words: [String], sentence: String) throws {
    #expect(try refusal(["send", "box", "--to", "Bergen"] + words) == sentence)
  }

  @Test func `what is missing is named`() throws {
    #expect(try refusal(["send", "--to", "Bergen"]) == "Missing expected argument '<parcel>'.")
    #expect(try refusal(["send", "box"]) == "Missing expected option '--to <town>'.")
  }

  @Test func `a word too many is named`() {
    #expect(throws: (any Error).self) { try Secret.parse(["a", "b"]) }
    do { _ = try Secret.parse(["a", "b"]) } catch {
      #expect(Secret.fullMessage(for: error).hasPrefix("Error: Unexpected argument 'b'.\n"))
    }
  }

  @Test func `an unknown verb gets a suggestion and the list of verbs`() throws {
    #expect(
      try refusal(["snd"])
        == "Unknown subcommand 'snd'; did you mean 'send'? available are send and track.")
    #expect(try refusal(["--vers"]) == "Unknown option '--vers'; did you mean '--version'?")
  }

  @Test func `control characters and long words are not echoed`() throws {
    let sentence = try refusal(["\u{1B}[31m" + String(repeating: "x", count: 500)])
    #expect(!sentence.contains("\u{1B}") && sentence.count < 130)
  }

  @Test func `errors of a run have their own statuses and no usage`() {
    let failure = CommandFailure("The disk is full.", exitCode: ExitCode(70))
    #expect(Depot.fullMessage(for: failure) == "Error: The disk is full.")
    #expect(Depot.exitCode(for: failure) == ExitCode(70))
    #expect(Depot.fullMessage(for: ExitCode(65)).isEmpty)
    #expect(Depot.exitCode(for: ExitCode(65)) == ExitCode(65))
    #expect(Depot.exitCode(for: CancellationError()) == ExitCode(70))
  }
}
