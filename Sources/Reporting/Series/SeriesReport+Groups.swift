extension SeriesReport {
  /// Neighbouring seconds put together, so that a long run fits into a picture.
  public struct Groups: Sendable {
    /// The seconds of each group.
    public let ranges: [Range<Int>]
    private let series: SeriesReport

    fileprivate init(_ series: SeriesReport, most: Int) {
      let size = max(1, (series.count + most - 1) / most)
      var ranges = stride(from: 0, to: series.count, by: size).map {
        $0..<min($0 + size, series.count)
      }
      // What is left over at the end is too short for a rate of its own.
      if let last = ranges.last, ranges.count > 1,
        series.end - series.starts[last.lowerBound] < Double(size) / 2
      {
        ranges.removeLast(2)
        ranges.append((last.lowerBound - size)..<last.upperBound)
      }
      self.ranges = ranges
      self.series = series
    }

    /// How many seconds a group has; the last may have fewer.
    public var size: Int { ranges.first?.count ?? 1 }

    /// When each group begins.
    public var starts: [Double] { ranges.map { series.starts[$0.lowerBound] } }

    /// A count as a rate: how many of it there were each second.
    public func rate(_ quantity: Quantity, of track: Track) -> [Double] {
      map(quantity, of: track) { range, values in
        let length = range.reduce(0) { $0 + series.lengths[$1] }
        return length > 0 ? range.reduce(0) { $0 + values[$1] } / length : 0
      }
    }

    /// The mean of a quantity over time.
    public func mean(_ quantity: Quantity, of track: Track) -> [Double] {
      map(quantity, of: track) { range, values in
        let length = range.reduce(0) { $0 + series.lengths[$1] }
        return length > 0 ? range.reduce(0) { $0 + values[$1] * series.lengths[$1] } / length : 0
      }
    }

    /// The mean of a quantity over the requests that succeeded; 0 where none did.
    public func meanOfRequests(_ quantity: Quantity, of track: Track) -> [Double] {
      let completions = track.values[.completions] ?? []
      return map(quantity, of: track) { range, values in
        let count = range.reduce(0) { $0 + completions[$1] }
        return count > 0 ? range.reduce(0) { $0 + values[$1] * completions[$1] } / count : 0
      }
    }

    /// The largest of a quantity.
    public func largest(_ quantity: Quantity, of track: Track) -> [Double] {
      map(quantity, of: track) { range, values in range.map { values[$0] }.max() ?? 0 }
    }

    private func map(
      _ quantity: Quantity, of track: Track, _ combine: (Range<Int>, [Double]) -> Double
    ) -> [Double] {
      guard let values = track.values[quantity] else { return ranges.map { _ in 0 } }
      return ranges.map { combine($0, values) }
    }
  }

  /// The seconds in so many groups at most.
  public func groups(most: Int) -> Groups { Groups(self, most: most) }
}
