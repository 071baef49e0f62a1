import ExperimentModel

/// How the figures of a report came to be as precise as they are.
public struct Confidence: Sendable, Hashable {
  /// How many independent requests would tell the mean latency as precisely; nil for one run.
  public var effectiveSamples: Double?
  /// The warm-up, where it was found and not given.
  public var warmup: Warmup?
  /// The precision, where one was wanted.
  public var precision: Precision?

  /// A warm-up that was found.
  public struct Warmup: Sendable, Hashable, Encodable {
    /// How long it lasts, in seconds.
    public var seconds: Double
    /// Whether a steady state was found after it.
    public var isSettled: Bool

    /// Makes a warm-up.
    public init(seconds: Double, isSettled: Bool) {
      self.seconds = seconds
      self.isSettled = isSettled
    }

    private enum CodingKeys: String, CodingKey {
      case seconds = "found_s"
      case isSettled = "settled"
    }
  }

  /// A relative half-width of confidence intervals that was wanted.
  public struct Precision: Sendable, Hashable, Encodable {
    /// The one that was wanted.
    public var asked: Double
    /// The one that the last replication left; nil where a figure is 0 or there is one run.
    public var reached: Double?

    /// Makes a precision.
    public init(asked: Double, reached: Double?) {
      self.asked = asked
      self.reached = reached
    }
  }

  /// Makes what is known; without arguments nothing, as of a single run.
  public init(
    effectiveSamples: Double? = nil, warmup: Warmup? = nil, precision: Precision? = nil
  ) {
    self.effectiveSamples = effectiveSamples
    self.warmup = warmup
    self.precision = precision
  }
}

extension RunReport {
  /// The measures whose intervals a reader is told.
  private static let titlesOfIntervals = [
    "throughput": "throughput", "latency.mean": "mean", "latency.p50": "p50", "latency.p99": "p99",
  ]

  /// What there is to say about the precision, as a reader sees it; nothing for a plain single run.
  func confidenceLines() -> [String] {
    var lines: [String] = []
    if replications > 1 {
      let samples = confidence.effectiveSamples.map {
        ", worth \(HumaneText.count(Int($0.rounded()))) independent requests"
      }
      lines.append("\(HumaneText.count(replications)) replications\(samples ?? ""); at 95%:")
      lines.append(
        MeasureCatalog.ofRun.compactMap { measure in
          guard let title = Self.titlesOfIntervals[measure.name],
            let interval = figure(MeasuredFigure(measure))?.interval
          else { return nil }
          return title + " " + HumaneText.measured(interval.lowerBound, measure.unit) + "–"
            + HumaneText.measured(interval.upperBound, measure.unit)
        }.joined(separator: "  "))
    }
    if let precision = confidence.precision {
      let asked = "±\(HumaneText.percent(precision.asked)) was asked for, "
      if let reached = precision.reached {
        lines.append(
          asked + "±\(HumaneText.percent(reached)) was reached"
            + (reached > precision.asked ? "; more replications are needed" : ""))
      } else {
        lines.append(
          asked
            + (latency.isEmpty
              ? "and there is no latency to be precise about"
              : "and so few requests tell no precision of p99; make the runs longer"))
      }
    }
    if let warmup = confidence.warmup {
      lines.append(
        "a warm-up of \(HumaneText.duration(milliseconds: warmup.seconds * 1000)) was found"
          + (warmup.isSettled
            ? ""
            : ", but no steady state: latencies drift, or the run is too short to tell")
      )
    }
    return lines.enumerated().map { ($0 == 0 ? "Precision   " : "            ") + $1 }
  }
}

extension HumaneText {
  /// A number of events each second: `104/s`.
  static func rate(_ perSecond: Double) -> String { significant(perSecond) + "/s" }
}
