import Glibc
import LabTestSupport
import Testing

/// What a person at a terminal sees, through `script` of util-linux, which gives a command one.
@Suite(.enabled(if: access("/usr/bin/script", X_OK) == 0, "there is no /usr/bin/script"))
struct TerminalTests {
  private func onTerminal(_ words: String..., environment: [String: String] = [:]) async throws
    -> String
  {
    let command = ([try BuiltProduct.path("simlab"), "run", threeWeighted] + words)
      .map { "'\($0)'" }.joined(separator: " ")
    let run = try await CommandRun.run(
      "/usr/bin/script", ["-qec", command, "/dev/null"], environment: environment)
    #expect(run.ending == .exited(0), "\(run)")
    return run.output
  }

  @Test func `a long run shows how far it is and leaves only the table`() async throws {
    let output = try await onTerminal("--requests", "3000000")
    let parts = output.split(separator: "\r\u{1B}[2K", omittingEmptySubsequences: false)
    #expect(parts.count > 2)
    #expect(parts.dropFirst().dropLast().allSatisfy { $0.contains("%") })
    #expect(parts.last?.contains("Requests ") == true && parts.last?.contains("│") == false)
  }

  @Test func `progress can be turned off`() async throws {
    let output = try await onTerminal("--requests", "600000", "--no-progress")
    #expect(!output.contains("\u{1B}[2K"))
  }

  @Test func `a comparison fits into 80 columns`() async throws {
    let command = try BuiltProduct.path("simlab")
    let run = try await CommandRun.run(
      "/usr/bin/script",
      [
        "-qec",
        "stty cols 80; '\(command)' compare '\(threeWeighted)' --requests 200 --replications 3"
          + " --strategies random,least-connections --no-progress", "/dev/null",
      ], environment: ["NO_COLOR": "1"])
    #expect(run.ending == .exited(0), "\(run)")
    let lines = run.output.split(whereSeparator: \.isNewline)
    #expect(lines.contains { $0.contains("Mean") && $0.contains("p99") && !$0.contains("p90") })
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(run.output)")
  }

  @Test func `colours can be refused`() async throws {
    let coloured = try await onTerminal("--requests", "60", environment: ["NO_COLOR": ""])
    #expect(coloured.contains("\u{1B}[1m"))
    let plain = try await onTerminal("--requests", "60", environment: ["NO_COLOR": "1"])
    #expect(!plain.contains("\u{1B}"))
  }
}
