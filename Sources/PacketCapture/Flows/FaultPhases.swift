/// Where a moment lies with regard to faults: before the first, during one, or after one.
public struct FaultPhases: Sendable, Hashable {
  /// The three words.
  public enum Phase: String, Sendable, Hashable, CaseIterable, Encodable {
    case before, during, after
  }

  /// The times of the faults, in seconds from the first packet, in order and without overlaps.
  public let windows: [ClosedRange<Double>]

  /// Makes phases of the times at which faults were in force, in seconds from the first packet.
  public init(_ windows: [ClosedRange<Double>]) {
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

  /// The phase of a moment; nil when there is no fault at all.
  public func phase(at seconds: Double) -> Phase? {
    guard let first = windows.first else { return nil }
    if seconds < first.lowerBound { return .before }
    return windows.contains { $0.contains(seconds) } ? .during : .after
  }
}
