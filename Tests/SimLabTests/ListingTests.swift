import LabTestSupport
import Testing

struct ListingTests {
  @Test func `the command alone shows its help`() async throws {
    let run = try await simlab()
    #expect(run.ending == .exited(0) && run.errors.isEmpty)
    for verb in ["run", "validate", "strategies"] { #expect(run.output.contains("\n  \(verb) ")) }
    #expect(try await simlab("--help").output == run.output)
  }

  @Test func `the version is a number and nothing else`() async throws {
    #expect(try await simlab("--version").output == "0.1.0\n")
  }

  @Test func `valid files are named on output and the mistakes of others on errors`() async throws {
    let folder = try TemporaryFolder()
    let bad = try folder.write("name: [x]", to: "bad.yaml")
    let run = try await simlab("validate", threeWeighted, bad)
    #expect(run.ending == .exited(65))
    #expect(run.output == "\(threeWeighted): valid, 1 client group and 3 backends\n")
    #expect(run.errors.hasPrefix("\(bad):1:"))
    #expect(try await simlab("validate", threeWeighted).ending == .exited(0))
  }

  @Test func `every strategy is listed and can be explained by its name`() async throws {
    let list = try await simlab("strategies")
    let names = list.output.split(separator: "\n").dropFirst().map { $0.prefix { $0 != " " } }
    #expect(names.contains("round-robin") && names.contains("nginx.weighted-round-robin"))
    for name in names {
      let card = try await simlab("strategies", String(name))
      #expect(card.ending == .exited(0) && card.output.contains("Source: "))
      #expect(card.output.split(separator: "\n").contains(name))
    }
  }

  @Test func `a strategy of one program is found without the program's name`() async throws {
    let card = try await simlab("strategies", "least_conn")
    #expect(card.output.hasPrefix("nginx.least_conn\n"))
  }
}
