import Statistics

/// What the live clients measured: counts, times, and a bounded record of single requests.
public struct LoadResult: Sendable {
  /// How a request ended, in the words of the simulator.
  public enum Ending: UInt8, Sendable, Hashable, CaseIterable {
    case succeeded, status502, status503, status504, statusOther, clientTimeout, connection
  }

  /// One request that has ended; 24 bytes.
  public struct Outcome: Sendable, Hashable {
    /// When it was to be sent, in nanoseconds since the start of the run.
    public let intended: Int64
    /// From then to its end, in nanoseconds.
    public let latency: Int64
    /// Its place in `backendNames`; -1 when the answer did not name its backend.
    public let backend: Int16
    /// How it ended.
    public let ending: Ending

    /// When it ended, in nanoseconds since the start of the run.
    public var ended: Int64 { intended + latency }
  }

  /// How many single requests are kept; the counts and the histograms know all of them.
  public static let longestRecord = 2_000_000

  /// Requests that clients sent, retries not counted.
  public internal(set) var issued = 0
  /// Further tries of requests whose try before had failed.
  public internal(set) var retries = 0
  /// When the run ended, in nanoseconds since its start.
  public internal(set) var length: Int64 = 0
  /// The part of the run, from its start, that latencies are not taken from.
  public let warmup: Int64
  /// Response times of the measured requests that succeeded, in nanoseconds from the time at which
  /// each was to be sent.
  public private(set) var latency = Histogram()
  /// How much later than intended requests were sent, in nanoseconds: the generator's own fault.
  public internal(set) var lateness = Histogram()
  /// The first requests that ended, in that order.
  public private(set) var outcomes: [Outcome] = []
  /// The names by which answers told their backends, in the order of their first answers.
  public private(set) var backendNames: [String] = []
  private var endings = [Int](repeating: 0, count: Ending.allCases.count)
  private var places: [String: Int16] = [:]

  init(warmup: Int64) { self.warmup = warmup }

  /// How many requests ended so.
  public func count(_ ending: Ending) -> Int { endings[Int(ending.rawValue)] }

  /// How many requests have ended.
  public var ended: Int { endings.reduce(0, +) }
  /// How many requests ended in an error or a time-out.
  public var failed: Int { ended - count(.succeeded) }
  /// How many requests have not ended.
  public var unfinished: Int { issued - ended }

  /// Requests that succeeded after the warm-up, per second of the time after it.
  public var throughputPerSecond: Double {
    let span = Double(length - warmup) / 1e9
    return span > 0 ? Double(latency.count) / span : 0
  }

  /// The place of a backend's name, which is remembered; -1 for no name, or for too many.
  mutating func place(ofBackend name: String?) -> Int16 {
    guard let name else { return -1 }
    if let place = places[name] { return place }
    guard backendNames.count < Int(Int16.max) else { return -1 }
    let place = Int16(backendNames.count)
    backendNames.append(name)
    places[name] = place
    return place
  }

  /// Takes in a request that has ended.
  mutating func record(_ outcome: Outcome) {
    endings[Int(outcome.ending.rawValue)] += 1
    length = max(length, outcome.ended)
    if outcome.ending == .succeeded, outcome.intended >= warmup {
      latency.record(Int(max(0, outcome.latency)))
    }
    if outcomes.count < Self.longestRecord { outcomes.append(outcome) }
  }
}

/// What a part of the time came to.
public struct LoadWindow: Sendable {
  /// Requests that ended in it, by how.
  public private(set) var endings: [LoadResult.Ending: Int] = [:]
  /// Response times of those that succeeded, in nanoseconds.
  public private(set) var latency: Histogram

  /// Makes a part in which nothing has ended yet.
  init(precision: Int = Histogram.standardPrecision) {
    latency = Histogram(precision: precision)
  }

  /// How many ended well.
  public var succeeded: Int { endings[.succeeded, default: 0] }
  /// How many ended otherwise.
  public var failed: Int { endings.values.reduce(0, +) - succeeded }

  fileprivate mutating func absorb(_ outcome: LoadResult.Outcome) {
    endings[outcome.ending, default: 0] += 1
    if outcome.ending == .succeeded { latency.record(Int(max(0, outcome.latency))) }
  }
}

extension LoadResult {
  /// What ended between two times, in nanoseconds since the start; of all backends, or of those
  /// that answers told by these names.
  ///
  /// - Complexity: O(recorded requests).
  public func window(_ span: Range<Int64>, backends: [String]? = nil) -> LoadWindow {
    var window = LoadWindow()
    let wanted = backends.map { Set($0.compactMap { places[$0] }) }
    for outcome in outcomes where span.contains(outcome.ended) {
      if let wanted, !wanted.contains(outcome.backend) { continue }
      window.absorb(outcome)
    }
    return window
  }

  /// What ended in each second of the run; percentiles are within half a per cent.
  public var seconds: [LoadWindow] {
    guard length > 0 else { return [] }
    let empty = LoadWindow(precision: 7)
    var windows = [LoadWindow](repeating: empty, count: Int(length / 1_000_000_000) + 1)
    for outcome in outcomes { windows[Int(outcome.ended / 1_000_000_000)].absorb(outcome) }
    return windows
  }
}
