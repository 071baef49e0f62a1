import FoundationEssentials
import Glibc
import LabTestSupport
import Reporting
import Testing

@Suite(.enabled(if: LiveEngine.isPrivate, "the container's address may not be reachable"))
struct CaptureTests {
  /// A request to the container's server.
  private func visit(_ web: String, in lab: LiveLab) async throws -> Bool {
    let inspection = try await lab.docker(
      "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", web)
    let address = inspection.output.filter { $0 != "\n" }
    let words = ["curl", "-fsS", "-m", "30", "-o", "/dev/null", "http://\(address)/"]
    return try await CommandRun.run("/usr/bin/env", words).ending == .exited(0)
  }

  private func flows(_ file: String, in lab: LiveLab) async throws -> [JSONValue] {
    let run = try await lab.chaos("flows", file, "--format", "json")
    #expect(run.ending == .exited(0), "\(run)")
    return try JSONValue(parsing: run.output)["flows"]?.elements ?? []
  }

  @Test func `a request to a container is in its capture at both ends of the cable`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      #expect(try await lab.eventually { try await visit(web, in: lab) })
      let file = lab.folder.path + "/web.pcapng"
      let words = ["capture", web, "-o", file, "--filter", "tcp port 80", "--both-ends"]
      let command = try RunningCommand(
        BuiltProduct.path("chaos"), words, environment: ["CHAOS_STATE_DIR": lab.ledger])
      #expect(try await lab.eventually { command.errorsSoFar.contains("Ctrl-C ends it") })
      #expect(try await visit(web, in: lab))
      command.send(SIGINT)
      let run = try await command.end()
      #expect(run.ending == .exited(0), "without --for a signal is the proper end: \(run)")
      #expect(run.output.contains(", none lost\n"))
      var retransmissions: [JSONValue?] = []
      for end in [file, lab.folder.path + "/web-host.pcapng"] {
        let flow = try #require(try await flows(end, in: lab).first)
        let request = try #require(flow["requests"]?.elements?.first)
        #expect(request["method"] == .string("GET"))
        #expect(request["status"] == .whole(200))
        retransmissions.append(flow["retransmissions"])
      }
      // A busy machine may send again what it has not lost, and both ends see that.
      #expect(retransmissions[0]?.number != nil && retransmissions[0] == retransmissions[1])
    }
  }

  @Test func `a capture ends when the container does, and says so`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let file = lab.folder.path + "/web.pcapng"
      let command = try lab.start("capture", web, "-o", file, "--for", "600s")
      #expect(try await lab.eventually { command.errorsSoFar.contains("Ctrl-C ends it") })
      _ = try await lab.docker("kill", web)
      let run = try await command.end()
      #expect(run.ending == .exited(0), "\(run)")
      #expect(run.errors.contains("The capture ended by itself: "))
      #expect(try await lab.chaos("flows", file).ending == .exited(0))
    }
  }

  @Test func `a capture follows its container into its next run`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let file = lab.folder.path + "/web.pcapng"
      let command = try lab.start("capture", web, "-o", file, "--follow")
      #expect(try await lab.eventually { command.errorsSoFar.contains("Ctrl-C ends it") })
      _ = try await lab.docker("restart", "-t", "0", web)
      #expect(try await lab.eventually { command.errorsSoFar.contains("web-2.pcapng") })
      #expect(try await lab.eventually { try await visit(web, in: lab) })
      command.send(SIGINT)
      let run = try await command.end()
      #expect(run.ending == .exited(0), "\(run)")
      let flow = try #require(try await flows(lab.folder.path + "/web-2.pcapng", in: lab).last)
      #expect(flow["requests"]?.elements?.first?["status"] == .whole(200))
    }
  }

  @Test func `a container that does not run, or has the machine's network, is refused`()
    async throws
  {
    try await LiveLab.with { lab in
      let still = try await lab.container("still", verb: "create")
      let open = try await lab.container("open", options: ["--network", "host"])
      let file = lab.folder.path + "/none.pcapng"
      for (name, reason) in [(still, "does not run"), (open, "--network host")] {
        let run = try await lab.chaos("capture", name, "-o", file, "--for", "1s")
        #expect(run.ending == .exited(65), "\(run)")
        #expect(run.errors.contains(reason))
        #expect(!FileManager.default.fileExists(atPath: file))
      }
    }
  }
}
