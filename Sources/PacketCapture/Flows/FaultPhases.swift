/// Where a moment lies with regard to faults: before the first, during one, or after one.
public struct FaultPhases: Sendable, Hashable {
  /// The three words.
  public enum Phase: String, Sendable, Hashable, CaseIterable, Encodable {
    case before, during, after
  }

  /// The times of the faults, in seconds, in order and without overlaps.
  public let windows: [ClosedRange<Double>]
  /// From when they are counted, in nanoseconds since 1970; from the first packet when nil.
  private let origin: Int64?

  /// Makes phases of the times at which faults were in force, in seconds.
  ///
  /// - Parameter origin: from when these are counted, in nanoseconds since 1970; from the first
  ///   packet when nil.
  public init(_ windows: [ClosedRange<Double>], countedFrom origin: Int64? = nil) {
    self.origin = origin
    var merged: [ClosedRange<Double>] = []
    for window in windows.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, window.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, window.upperBound)
      } else {
        merged.append(window)
      }
    }
    self.windows = merged
  }

  /// The same phases, counted from the first packet, which was seen at this time.
  func counted(from start: Int64) -> FaultPhases {
    guard let origin else { return self }
    let shift = Double(origin - start) / 1e9
    return FaultPhases(windows.map { $0.lowerBound + shift...$0.upperBound + shift })
  }

  /// The phase of a moment; nil when there is no fault at all.
  public func phase(at seconds: Double) -> Phase? {
    guard let first = windows.first else { return nil }
    if seconds < first.lowerBound { return .before }
    return windows.contains { $0.contains(seconds) } ? .during : .after
  }
}
