import ExperimentModel

/// What theory says about the shortest of a few queues out of many.
extension Oracle {
  /// The shortest of d out of n queues M/M/1.
  ///
  /// For infinitely many the share of queues with at least k requests is ρ to the power of
  /// (dᵏ − 1) / (d − 1). For n of them a term in 1/n comes to the mean; what is left out is of the
  /// order of 1/n².
  @Sendable static func shortest(_ system: KnownSystem) -> Oracle? {
    guard case .poisson = system.source, case .shortest(let choices) = system.splitting,
      let queue = system.commonQueue, queue.servers == 1, queue.isExponential, queue.isEndless,
      choices >= 2, system.queues.count >= 25 * choices, queue.load <= 0.95
    else { return nil }
    let limit = MeanField(load: queue.load, choices: choices)
    let present = limit.length + limit.correction / Double(system.queues.count)
    return Oracle(
      "shortest of \(choices) among \(system.queues.count)",
      "N. Gast and B. Van Houdt, POMACS 1 (2017): refined mean field",
      [("latency.mean", present / queue.load * queue.serviceMean)])
  }
}

/// Many queues of which each arrival joins the shortest of a few, as their number grows.
private struct MeanField {
  private let load: Double
  private let choices: Int
  /// The share of queues with at least so many requests, from none to more than there ever are.
  private let shares: [Double]

  init(load: Double, choices: Int) {
    self.load = load
    self.choices = choices
    var shares = [1.0]
    while shares[shares.count - 1] > 1e-10 {
      shares.append(load * Self.power(shares[shares.count - 1], choices))
    }
    shares.append(0)
    self.shares = shares
  }

  /// The mean number of requests in a queue, of infinitely many.
  var length: Double { shares.dropFirst().reduce(0, +) }

  /// What n times the difference of that mean to the one of n queues tends to.
  ///
  /// With the drift f(x) at the fixed point, its derivative A and the covariance Q of its noise,
  /// the fluctuations have the covariance W of A W + W Aᵀ + Q = 0, and the mean moves by V of
  /// A V + ½ f″ W + c = 0; c stands for the draws being different queues.
  var correction: Double {
    let count = shares.count - 2
    let d = Double(choices)
    var drift = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for level in 1...count {
      drift[level - 1][level - 1] = -load * d * Self.power(shares[level], choices - 1) - 1
      if level > 1 {
        drift[level - 1][level - 2] = load * d * Self.power(shares[level - 1], choices - 1)
      }
      if level < count { drift[level - 1][level] = 1 }
    }
    let spread = spread(drift)
    let bend = (0...count).map { level -> Double in
      let curved = level == 0 ? 0 : Self.power(shares[level], choices - 2) * spread[level - 1]
      let drawn = Self.power(shares[level], choices - 1) - Self.power(shares[level], choices)
      return load * d * (d - 1) / 2 * (curved - drawn)
    }
    // The bend of each level is what comes to it less what goes from it, and changes sides here.
    let moved = (1...count).map { drift[$0 - 1] + [bend[$0] - bend[$0 - 1]] }
    return Self.solve(moved).reduce(0, +)
  }

  /// The variances of the shares: the diagonal of W.
  private func spread(_ drift: [[Double]]) -> [Double] {
    let count = drift.count
    var rows: [[Double]] = []
    for row in 0..<count {
      for column in 0..<count {
        var equation = Array(repeating: 0.0, count: count * count + 1)
        for other in 0..<count {
          equation[other * count + column] += drift[row][other]
          equation[row * count + other] += drift[column][other]
        }
        if row == column { equation[count * count] = -2 * (shares[row + 1] - shares[row + 2]) }
        rows.append(equation)
      }
    }
    let covariance = Self.solve(rows)
    return (0..<count).map { covariance[$0 * count + $0] }
  }

  /// Solves linear equations, each with its right side at the end, by Gauss's elimination.
  private static func solve(_ equations: [[Double]]) -> [Double] {
    var rows = equations
    let count = rows.count
    for pivot in 0..<count {
      let best = (pivot..<count).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) } ?? pivot
      rows.swapAt(pivot, best)
      for row in (pivot + 1)..<max(count, pivot + 1) where rows[row][pivot] != 0 {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    var solution = Array(repeating: 0.0, count: count)
    for row in stride(from: count - 1, through: 0, by: -1) {
      let known = (row + 1..<max(count, row + 1)).reduce(0.0) { $0 + rows[row][$1] * solution[$1] }
      solution[row] = (rows[row][count] - known) / rows[row][row]
    }
    return solution
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * base }
  }
}
