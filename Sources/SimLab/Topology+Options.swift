import CommandLineParsing
import ExperimentDecoding
import ExperimentModel

// What the options of a command line change in a topology.

extension Topology {
  /// Lets the client groups send so many requests together, in the proportion of the file.
  mutating func share(requests total: Int) throws {
    guard let weights = requestWeights else {
      throw ValidationError(
        "--requests cannot be shared between groups that differ in kind; "
          + "let every group of the file count its requests.")
    }
    guard total >= clients.count else {
      throw ValidationError(
        "--requests must be at least \(clients.count), one for each client group.")
    }
    for (index, requests) in apportion(total, by: weights).enumerated() {
      clients[index].workload.extent = .requests(requests)
    }
  }

  /// What the groups' requests are in proportion to: their counts where all are counted, else the
  /// rates of open groups or the clients of closed ones; nil where the groups differ in kind.
  private var requestWeights: [Double]? {
    guard clients.count > 1 else { return [1] }
    let counts = clients.compactMap { group -> Double? in
      if case .requests(let count) = group.workload.extent { Double(count) } else { nil }
    }
    if counts.count == clients.count { return counts }
    let rates = clients.compactMap { group -> Double? in
      if case .open(let open) = group.workload { open.rate.perSecond } else { nil }
    }
    if rates.count == clients.count { return rates }
    let sizes = clients.compactMap { group -> Double? in
      if case .closed(let closed) = group.workload { Double(closed.concurrency) } else { nil }
    }
    return sizes.count == clients.count ? sizes : nil
  }

  /// Ends the run at this moment of simulated time.
  mutating func end(after duration: Duration) throws {
    guard duration > run.warmup || run.findsWarmup else {
      throw ValidationError(
        "--duration must be longer than the warm-up of the file, \(run.warmup.inSeconds)s.")
    }
    run.duration = duration
  }

  /// Picks backends by another strategy, whose name means what it would mean in the file.
  ///
  /// The options of the file are kept where the strategy is the one that they are for.
  mutating func use(strategy name: String, knownTo decoder: TopologyDecoder) throws {
    do throws(StrategyRefusal) {
      for place in balancers.indices {
        let choice = try decoder.resolveStrategy(name, like: balancers[place].like)
        if choice.name != balancers[place].strategy.name { balancers[place].strategy = choice }
      }
    } catch {
      throw ValidationError(sentence(error.message))
    }
  }
}

/// A total in whole parts, at least 1 each, close to the proportion of the weights: every part has
/// its rounded-down share, and the largest remainders get what is left (Hamilton's method).
func apportion(_ total: Int, by weights: [Double]) -> [Int] {
  precondition(total >= weights.count, "there is at least one for each")
  let sum = weights.reduce(0, +)
  let spare = total - weights.count
  let quotas = weights.map { Double(spare) * ($0 / sum) }
  var parts = quotas.map { 1 + Int($0) }
  let remainders = quotas.map { $0 - $0.rounded(.down) }
  let byRemainder = quotas.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
  var left = total - parts.reduce(0, +)
  for index in byRemainder where left > 0 {
    parts[index] += 1
    left -= 1
  }
  // Sums of doubles may be off by a few units where totals are huge.
  parts[byRemainder[0]] += left
  return parts
}

/// A reason as a sentence of its own: a capital first and a full stop last.
func sentence(_ reason: String) -> String {
  let end = [".", "?", "!"].contains { reason.hasSuffix($0) } ? "" : "."
  return reason.prefix(1).uppercased() + reason.dropFirst() + end
}

extension ExitCode {
  /// A file that says something wrong (`EX_DATAERR` of sysexits.h).
  static let badInput = ExitCode(65)
}
