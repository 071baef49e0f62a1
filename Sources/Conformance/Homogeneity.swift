/// Pearson's test whether two samples of the same size come from one distribution.
///
/// K. Pearson, "On the probability that two independent distributions of frequency are really
/// samples from the same population", Biometrika 8 (1911). At the level used here, a thousandth,
/// it rejects one in a thousand pairs of samples that do come from one.
struct Homogeneity {
  /// The statistic.
  let chiSquare: Double
  /// The categories that occur, less one.
  let degreesOfFreedom: Int

  /// Makes the test of how often each category occurs in the one sample and in the other.
  init(of counts: [(Int, Int)]) {
    let occurring = counts.filter { $0.0 + $0.1 > 0 }
    degreesOfFreedom = max(0, occurring.count - 1)
    // For samples of the same size the expectation of each count is the mean of the two. The terms
    // are added in the order of their size, so that the sum does not depend on that of the counts.
    chiSquare = occurring.map { one, other in
      let difference = Double(one - other)
      return difference * difference / Double(one + other)
    }.sorted().reduce(0, +)
  }

  /// Whether nothing speaks against one distribution.
  var holds: Bool { chiSquare <= critical }

  // E. B. Wilson and M. M. Hilferty, "The distribution of chi-square", PNAS 17 (1931); 3.0902 is
  // the normal distribution's 99.9 %.
  /// What the statistic exceeds once in a thousand times.
  private var critical: Double {
    if degreesOfFreedom == 0 { return 0 }
    let spread = 2 / (9 * Double(degreesOfFreedom))
    let root = 1 - spread + 3.0902 * spread.squareRoot()
    return Double(degreesOfFreedom) * root * root * root
  }
}
