import ExperimentModel
import Statistics

/// The search for the value of a setting up to which an expectation holds: a system's capacity.
///
/// The expectation must hold at one end of the range and change once on the way to the other. All
/// values are tried under the same workloads, so that a figure that grows with the setting grows
/// without noise.
public struct CapacitySearch: Sendable {
  /// What has to hold.
  public let expectation: Expectation
  /// The values that may be tried, from one end to the other; at least two.
  public let values: [Double]

  /// Makes a search.
  public init(_ expectation: Expectation, among values: [Double]) {
    precondition(values.count > 1, "a range has two ends")
    self.expectation = expectation
    self.values = values
  }

  /// How many values are tried at most: both ends, and halvings of the range for the capacity and
  /// for both bounds of its interval.
  public var most: Int { 2 + 3 * (Int.bitWidth - (values.count - 2).leadingZeroBitCount) }

  /// What a search found.
  public enum Finding: Sendable, Hashable {
    /// The last value for which it holds, and what is certain at 95 %: that it holds up to one end
    /// of the interval, and that it does not beyond the other; nil without replications.
    case capacity(Estimate)
    /// It holds at both ends.
    case holdsEverywhere
    /// It holds at neither end.
    case holdsNowhere
  }

  /// Halves the range until the two neighbours are found between which the answer changes.
  ///
  /// - Parameter figure: measures the expectation's figure at a value; called once a value. Where
  ///   there is none, as for the latency of no request, the expectation does not hold.
  public func run(_ figure: (Double) throws -> Estimate?) rethrows -> Finding {
    var known: [Int: Estimate?] = [:]
    func measured(_ place: Int) throws -> Estimate? {
      if let estimate = known[place] { return estimate }
      let estimate = try figure(values[place])
      known[place] = .some(estimate)
      return estimate
    }
    /// Whether there is an estimate at a place that meets a condition.
    func isMet(at place: Int, _ condition: (Estimate) -> Bool) throws -> Bool {
      try measured(place).map(condition) ?? false
    }
    func holds(_ estimate: Estimate) -> Bool { expectation.holds(for: estimate.value) }
    let last = values.count - 1
    let atStart = try isMet(at: 0, holds)
    guard try atStart != isMet(at: last, holds) else {
      return atStart ? .holdsEverywhere : .holdsNowhere
    }
    /// The last place, from the end at which it holds, where a condition is met; nil for none.
    func border(_ condition: (Estimate) -> Bool) throws -> Int? {
      var (inside, outside) = atStart ? (0, last) : (last, 0)
      guard try isMet(at: inside, condition) else { return nil }
      if try isMet(at: outside, condition) { return outside }
      while abs(outside - inside) > 1 {
        let middle = (inside + outside) / 2
        if try isMet(at: middle, condition) { inside = middle } else { outside = middle }
      }
      return inside
    }
    let found = try border(holds) ?? (atStart ? 0 : last)
    guard try measured(found)?.interval != nil else {
      return .capacity(Estimate(values[found]))
    }
    let surely = try border { ends(of: $0).allSatisfy(expectation.holds) }
    let perhaps = try border { ends(of: $0).contains(where: expectation.holds) }
    let bounds = [surely ?? (atStart ? 0 : last), perhaps ?? found, found].map { values[$0] }
    let interval = (bounds.min() ?? values[found])...(bounds.max() ?? values[found])
    return .capacity(Estimate(values[found], interval: interval))
  }

  private func ends(of estimate: Estimate) -> [Double] {
    estimate.interval.map { [$0.lowerBound, $0.upperBound] } ?? [estimate.value]
  }
}
