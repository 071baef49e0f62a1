import CommandLineParsing
import Testing

struct ReadingTests {
  private func send(_ words: String...) throws -> Send {
    try #require(try Depot.parseAsRoot(["send", "box", "--to", "Bergen"] + words) as? Send)
  }

  @Test func `what is left out has its default`() throws {
    let send = try send()
    #expect(send.parcel == "box" && send.others == [] && send.to == "Bergen")
    #expect(send.speed == .slow && send.weightInKilograms == nil && send.serial == nil)
    #expect(send.label == ["fragile"] && send.wait == nil && send.token == nil)
    #expect(!send.dryRun && !send.noProgress)
    #expect(!send.shared.verbose && send.shared.retries == 3)
  }

  @Test func `a value follows its option or is attached to it`() throws {
    #expect(try send("--speed", "quick").speed == .quick)
    #expect(try send("--speed=express").speed == .express)
    #expect(try send("-w", "2.5").weightInKilograms == 2.5)
    #expect(try send("-w2.5").weightInKilograms == 2.5)
    #expect(try send("-w=2.5").weightInKilograms == 2.5)
    #expect(try send("--token=a=b").token == "a=b")
    #expect(try send("--token=").token == "")
    #expect(try send("--token", "-").token == "-")
    #expect(try send("--wait", "2h").wait == 7200)
  }

  @Test func `a negative number is a value and not an option`() throws {
    #expect(try send("--weight", "-3").weightInKilograms == -3)
  }

  @Test func `the whole range of an unsigned number can be given`() throws {
    #expect(try send("--serial", "18446744073709551615").serial == .max)
  }

  @Test func `a repeated option collects its values in place of the default`() throws {
    #expect(try send("--label", "a", "--label=b").label == ["a", "b"])
  }

  @Test func `of a single option given twice the last counts`() throws {
    #expect(try send("--speed=quick", "--speed=express").speed == .express)
  }

  @Test func `flags turn their default around`() throws {
    #expect(try send("--no-progress").noProgress)
    #expect(try send("--dry-run").dryRun)
  }

  @Test func `short flags share a dash, and a value may end them`() throws {
    let send = try send("-dvw2")
    #expect(send.dryRun && send.shared.verbose && send.weightInKilograms == 2)
  }

  @Test func `a group adds its options`() throws {
    let send = try send("--verbose", "--retries", "5")
    #expect(send.shared.verbose && send.shared.retries == 5)
  }

  @Test func `arguments are taken in order, among options and after two dashes`() throws {
    let others = try send("cup", "--speed", "quick", "--", "--bowl", "-x").others
    #expect(others == ["cup", "--bowl", "-x"])
    #expect(try Track.parse(["1", "2", "3"]).numbers == [1, 2, 3])
  }

  @Test func `a property that is set keeps its value apart from copies`() throws {
    let first = try send()
    var second = first
    second.speed = .express
    #expect(first.speed == .slow && second.speed == .express)
  }
}
