extension Estimate {
  /// The share of trials that were hits, with Wilson's score interval at 95 %.
  ///
  /// It holds for few hits too, and never leaves 0 to 1 (E. B. Wilson, "Probable inference, the law
  /// of succession, and statistical inference", JASA 22, 1927).
  public init(shareOf hits: Int, among trials: Int) {
    guard trials > 0 else {
      self.init(0)
      return
    }
    let z = 1.959_963_984_540_054
    let count = Double(trials)
    let share = Double(hits) / count
    let scale = 1 + z * z / count
    let middle = (share + z * z / (2 * count)) / scale
    let width =
      z / scale * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
    self.init(share, interval: max(0, middle - width)...min(1, middle + width))
  }

  /// The median of values, with its interval at 95 % by order statistics, whatever their
  /// distribution; nil without values.
  public init?(medianOf values: some Sequence<Double>) {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    let half = Double(sorted.count) / 2
    let reach = 0.98 * Double(sorted.count).squareRoot()
    let low = max(0, Int((half - reach).rounded(.down)))
    let high = min(sorted.count - 1, Int((half + reach).rounded(.up)))
    self.init(sorted[(sorted.count - 1) / 2], interval: sorted[low]...sorted[high])
  }
}
