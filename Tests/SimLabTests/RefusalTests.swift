import Glibc
import LabTestSupport
import Testing

struct RefusalTests {
  private func expectRefusal(
    _ run: CommandRun, status: Int32, saying sentence: String,
    at place: SourceLocation = #_sourceLocation
  ) {
    #expect(run.ending == .exited(status), "\(run)", sourceLocation: place)
    #expect(run.output.isEmpty, sourceLocation: place)
    #expect(run.errors.contains(sentence), "\(run)", sourceLocation: place)
  }

  @Test func `a mistake in a file is named at its place`() async throws {
    let folder = try TemporaryFolder()
    let text = impatient.replacing("workers: 1", with: "wokers: 1")
    let file = try folder.write(text, to: "mistaken.yaml")
    let run = try await simlab("run", file)
    expectRefusal(run, status: 65, saying: "mistaken.yaml:13:10: ")
    #expect(run.errors.contains("workers"))
  }

  @Test func `a missing file is bad input`() async throws {
    expectRefusal(
      try await simlab("run", "/nowhere/at-all.yaml"), status: 65,
      saying: "/nowhere/at-all.yaml:1:1: there is no such file")
  }

  @Test(arguments: [
    (["run"], "Missing expected argument '<file>'."),
    (["run", "f", "--sead", "1"], "Unknown option '--sead'; did you mean '--seed'?"),
    (["run", "f", "--seed", "-1"], "The value '-1' is invalid for '--seed <n>'"),
    (["run", "f", "--requests", "0"], "--requests must lie between 1 and 1,000,000,000,000."),
    (["run", "f", "--duration", "0s"], "--duration must be longer than 0."),
    (["run", "f", "--duration", "5"], "it needs a unit, such as 5s or 5ms."),
    (["run", "f", "--format", "jsn"], "did you mean 'json'?"),
    (["run", "f", "g"], "Unexpected argument 'g'."),
    (["rn", "f"], "Unknown subcommand 'rn'; did you mean 'run'?"),
    (["validate"], "Missing expected argument '<files>'."),
    (["strategies", "rond-robin"], "did you mean `round-robin`?"),
  ])
  func `a wrong command line is refused in one sentence with the usage`(
    words: [String], sentence: String
  ) async throws {
    let run = try await CommandRun.run(BuiltProduct.path("simlab"), words)
    expectRefusal(run, status: 64, saying: sentence)
    #expect(run.errors.hasPrefix("Error: ") && run.errors.contains("\nUsage: simlab"))
  }

  @Test func `an option that does not suit the file is refused as usage`() async throws {
    expectRefusal(
      try await simlab("run", threeWeighted, "--strategy", "rond-robin"), status: 64,
      saying: "did you mean `round-robin`?")
    let folder = try TemporaryFolder()
    let text = impatient + "\nrun: {warmup: 200ms}\n"
    let file = try folder.write(text, to: "warm.yaml")
    expectRefusal(
      try await simlab("run", file, "--duration", "100ms"), status: 64,
      saying: "--duration must be longer than the warm-up of the file, 0.2s.")
    expectRefusal(
      try await simlab("run", file, "--requests", "1"), status: 64,
      saying: "--requests must be at least 2, one for each client group.")
  }

  @Test func `a full disk is reported and not taken for success`() async throws {
    for words in [["run", threeWeighted], ["--help"]] {
      let run = try await CommandRun.run(
        BuiltProduct.path("simlab"), words, outputTo: "/dev/full")
      #expect(run.ending == .exited(70))
      #expect(run.errors.contains("No space left on device"))
    }
  }

  @Test func `a reader that has gone ends the command without a word`() async throws {
    let folder = try TemporaryFolder()
    let errors = folder.path + "/errors"
    for shield in ["", "trap '' PIPE; "] {
      let script = """
        \(shield)exec 3> >(exit)
        wait $!
        "$0" run "$1" >&3 2>"$2"
        exit $?
        """
      let run = try await CommandRun.run(
        "/bin/bash", ["-c", script, BuiltProduct.path("simlab"), threeWeighted, errors])
      #expect(run.ending == .exited(128 + SIGPIPE))
      let said = try await CommandRun.run("/bin/cat", [errors])
      #expect(said.output.isEmpty)
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interrupted run ends with the status of its signal`(signal: Int32) async throws {
    let command = try RunningCommand(
      BuiltProduct.path("simlab"), ["run", threeWeighted, "--requests", "900000000"])
    // Who gave way to others here would let it take a processor until they are done.
    while !command.catches(signal) { usleep(1000) }
    command.send(signal)
    let run = try await command.end()
    #expect(run.ending == .exited(128 + signal))
    #expect(run.output.isEmpty && run.errors.isEmpty)
  }
}
