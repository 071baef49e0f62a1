import ExperimentModel
import Experimentation
import Statistics
import Testing

@Suite struct `A search for a capacity` {
  private func search(
    _ relation: ExperimentModel.Expectation.Relation, _ bound: Double,
    _ figure: (Double) -> Estimate?
  ) throws -> (finding: CapacitySearch.Finding, tries: Int) {
    let measure = try #require(MeasureCatalog.figure("latency.p99", backends: []))
    let expectation = ExperimentModel.Expectation(
      expression: "", figure: measure, relation: relation, bound: bound)
    var tries = 0
    let search = CapacitySearch(expectation, among: (0...1_000).map(Double.init))
    let finding = search.run { value in
      tries += 1
      return figure(value)
    }
    #expect(tries <= search.most)
    return (finding, tries)
  }

  @Test func `finds the last value for which the expectation holds, in few tries`() throws {
    let (finding, tries) = try search(.less, 250.5) { Estimate($0) }
    #expect(finding == .capacity(Estimate(250)) && tries <= 13)
    // What holds at the upper end only is sought from there.
    #expect(try search(.greater, 250.5) { Estimate($0) }.finding == .capacity(Estimate(251)))
  }

  @Test func `says up to where it is certain, and from where it is certain not to be`() throws {
    let (finding, _) = try search(.less, 250.5) { Estimate($0, interval: ($0 - 20)...($0 + 30)) }
    #expect(finding == .capacity(Estimate(250, interval: 220...270)))
  }

  @Test func `takes a value without the figure for one where the expectation does not hold`() throws
  {
    // From 600 on no request is answered any more, so that there is no latency.
    let (finding, _) = try search(.less, 5_000) {
      $0 < 600 ? Estimate($0, interval: $0...$0) : nil
    }
    #expect(finding == .capacity(Estimate(599, interval: 599...599)))
  }

  @Test func `tells where there is nothing to find`() throws {
    #expect(try search(.less, 5_000) { Estimate($0) }.finding == .holdsEverywhere)
    #expect(try search(.less, -1) { Estimate($0) }.finding == .holdsNowhere)
  }
}
