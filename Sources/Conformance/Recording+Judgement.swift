import ClusterModel
import Reporting
import SimulationEngine

extension Recording {
  /// Replays the recording and compares, as closely as its kind allows.
  public func judged() -> ConformanceReport {
    switch comparison {
    case .exact: report(judgedStepByStep(replayed(seed: 1)))
    case .phase: report(judgedInPhase())
    case .timing: report(judgedInTime())
    case .distribution: report(judgedInDistribution(replayed(seed: 1)))
    }
  }

  private func report(_ steps: [JudgedStep]) -> ConformanceReport {
    ConformanceReport(id: id, strategy: strategy, comparison: comparison, steps: steps)
  }

  /// The steps with what the simulated balancer decides; none judged yet.
  private func replayed(seed: UInt64) -> [JudgedStep] {
    var script = script
    script.seed = seed
    return zip(zip(steps, script.steps), script.outcomes()).map { pair, outcome in
      let (read, step) = pair
      let outcomeFields = program.outcomeFields(of: step.action)
      let noted = Set(outcomeFields)
      let decided =
        noted.isEmpty
        ? [:] : program.fields(of: outcome, at: step.action, names: names)
      return JudgedStep(
        input: read.filter { !noted.contains($0.key) },
        recorded: read.filter { noted.contains($0.key) },
        decided: decided.filter { noted.contains($0.key) }, principal: outcomeFields.first)
    }
  }

  /// Each step on its own.
  private func judgedStepByStep(_ steps: [JudgedStep]) -> [JudgedStep] {
    steps.map { step in
      var step = step
      if step.recorded.isEmpty { return step }
      step.verdict = step.agrees(with: step.decided) ? .matched : .mismatched
      return step
    }
  }

  /// How many random starts are tried.
  private static let starts: UInt64 = 500

  /// Each step on its own, from the random start that agrees best.
  ///
  /// The start is a draw like any other, so that trying seeds tries all starts of a short cycle.
  private func judgedInPhase() -> [JudgedStep] {
    best(of: Recording.starts) { judgedStepByStep(replayed(seed: $0)) }
  }

  /// Each outcome must occur in the other sequence at most a second earlier or later, from the
  /// random start that agrees best.
  private func judgedInTime() -> [JudgedStep] {
    best(of: Recording.starts / 5) { seed in
      let steps = replayed(seed: seed)
      return steps.indices.map { place in
        var step = steps[place]
        if step.recorded.isEmpty { return step }
        let near = around(place, within: 1_000_000_000).filter { !steps[$0].recorded.isEmpty }
        let isFound = near.contains { step.agrees(with: steps[$0].decided) }
        let isKnown = near.contains { steps[$0].agrees(with: step.decided) }
        step.verdict = isFound && isKnown ? .matched : .mismatched
        return step
      }
    }
  }

  /// The steps at most so many nanoseconds away from one.
  private func around(_ place: Int, within span: Int64) -> Range<Int> {
    let time = script.steps[place].at
    var low = place
    var high = place
    while low > 0, (time - script.steps[low - 1].at).count <= span { low -= 1 }
    while high + 1 < script.steps.count, (script.steps[high + 1].at - time).count <= span {
      high += 1
    }
    return low..<high + 1
  }

  private func best(
    of seeds: UInt64, _ judge: (UInt64) -> [JudgedStep]
  ) -> [JudgedStep] {
    var best: [JudgedStep] = []
    var fewest = Int.max
    for seed in 1...seeds {
      let judged = judge(seed)
      let mismatches = judged.count { $0.verdict == .mismatched }
      if mismatches < fewest { (best, fewest) = (judged, mismatches) }
      if fewest == 0 { break }
    }
    return best
  }

  /// All steps together: whether both use the servers equally often.
  private func judgedInDistribution(_ steps: [JudgedStep]) -> [JudgedStep] {
    var recorded: [JSONValue: Int] = [:]
    var decided: [JSONValue: Int] = [:]
    for step in steps {
      guard let principal = step.principal, let choice = step.recorded[principal] else { continue }
      recorded[choice, default: 0] += 1
      decided[step.choice ?? .null, default: 0] += 1
    }
    let kinds = Set(recorded.keys).union(decided.keys)
    let counts = kinds.map { (recorded[$0] ?? 0, decided[$0] ?? 0) }
    let agree = Homogeneity(of: counts).holds
    return steps.map { step in
      var step = step
      if let principal = step.principal, step.recorded[principal] != nil {
        step.verdict = agree ? .matched : .mismatched
      }
      return step
    }
  }
}
