import ExperimentModel

/// What live clients measured: the figures of a simulated run, and what only a live one has.
public struct LoadReport: Sendable {
  /// The figures that both worlds share.
  public var run: RunReport
  /// Where the requests went.
  public var url: String
  /// How much later than intended the clients sent; what they are late is in the latencies too.
  public var lateness: LatencyFigures
  /// What ended in each second of the run.
  public var perSecond: [Second]
  /// Whether anybody told which backend an answer came from, so that the backends' figures count.
  public var knowsBackends: Bool

  /// What ended in one second of a run.
  public struct Second: Sendable, Hashable, Encodable {
    /// The beginning, in whole seconds since the start.
    public var at: Int
    /// Requests that ended well.
    public var succeeded: Int
    /// Requests that ended otherwise.
    public var failed: Int
    /// The median of the latencies, in milliseconds; 0 when none succeeded.
    public var p50: Double
    /// Their 99th percentile.
    public var p99: Double

    /// Makes the figures of a second.
    public init(at: Int, succeeded: Int, failed: Int, p50: Double, p99: Double) {
      self.at = at
      self.succeeded = succeeded
      self.failed = failed
      self.p50 = p50
      self.p99 = p99
    }

    private enum CodingKeys: String, CodingKey {
      case at = "at_s"
      case succeeded, failed
      case p50 = "p50_ms"
      case p99 = "p99_ms"
    }
  }

  /// Makes a report of its parts.
  public init(
    run: RunReport, url: String, lateness: LatencyFigures, perSecond: [Second],
    knowsBackends: Bool
  ) {
    self.run = run
    self.url = url
    self.lateness = lateness
    self.perSecond = perSecond
    self.knowsBackends = knowsBackends
  }
}

extension LoadReport {
  /// Whether any answer said which backend it came from.
  var namesBackends: Bool { run.backends.contains { $0.picked > 0 } }

  /// Whether a figure could be told: what only answers say of backends cannot where none names one.
  func tells(_ figure: MeasuredFigure) -> Bool {
    figure.backend == nil || namesBackends || !figure.measure.isOfAnswers
  }

  /// Judges a hypothesis; a figure that could not be told meets no expectation.
  public mutating func judge(_ expectations: [Expectation]) {
    run.judge(expectations, where: tells)
  }
}

extension Measure {
  /// Whether clients tell it of a backend, and not its container.
  fileprivate var isOfAnswers: Bool {
    ["share", "picked", "succeeded", "failed"].contains(name) || name.hasPrefix("response.")
  }
}

extension LoadReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case url
    case lateness = "lateness_ms"
    case perSecond = "per_second"
  }

  /// Writes the figures of the run, and the others beside them.
  public func encode(to encoder: any Encoder) throws {
    try run.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(url, forKey: .url)
    try container.encode(lateness, forKey: .lateness)
    try container.encode(perSecond, forKey: .perSecond)
  }

  /// The report as JSON with sorted keys, without a final newline.
  public var json: String { readableJSON(self) }
}

extension LoadReport {
  /// The report for a reader at a terminal, ending in a newline.
  public func table(style: TextStyle = .plain) -> String {
    let title = style.bold(run.name.printable.truncated(toWidth: 60))
    let lines = ["\(title)  \(url.printable.truncated(toWidth: 60))  seed \(run.seed)", ""]
    return (lines + body(style)).joined(separator: "\n") + "\n"
  }

  /// The lines of the report under its title.
  func body(_ style: TextStyle) -> [String] {
    var lines = summary(style)
    if knowsBackends { lines += [""] + backendLines(style) }
    if knowsBackends, !namesBackends {
      lines.append(
        "No answer says which backend it comes from; nginx says it with"
          + " `add_header X-Backend $upstream_addr always;`, and packets do with --capture.")
    }
    return lines + [
      "",
      style.dim("Latency runs from the time at which a request was to be sent to its answer."),
    ]
  }

  private func summary(_ style: TextStyle) -> [String] {
    let length = HumaneText.duration(milliseconds: run.simulatedSeconds * 1000)
    return run.requestLines(style) + [
      "Throughput  \(HumaneText.significant(run.throughputPerSecond.value))/s in \(length)",
      "Latency     " + run.latency.line,
      "Sent late   " + lateness.line,
    ]
  }

  private func backendLines(_ style: TextStyle) -> [String] {
    var table = TextTable(columns: [
      .init("Backend", alignment: .left, isFlexible: true), .init("Share"), .init("Answers"),
      .init("Failed"), .init("p50"), .init("p95"), .init("p99"), .init("mean"),
      .init("CPU"), .init("Throttled"), .init("Memory"),
    ])
    for backend in run.backends {
      func time(_ figure: Figure) -> String {
        HumaneText.duration(milliseconds: figure.value)
      }
      table.append([
        backend.name, HumaneText.percent(backend.share.value),
        HumaneText.count(backend.picked), HumaneText.count(backend.failed),
        time(backend.response.p50), time(backend.response.p95), time(backend.response.p99),
        time(backend.response.mean), HumaneText.percent(backend.utilization.value),
        HumaneText.duration(milliseconds: backend.throttledSeconds.value * 1000),
        "\(HumaneText.count(backend.memoryPeakBytes >> 20)) MiB",
      ])
    }
    var lines = table.lines(width: 100)
    lines[0] = style.bold(lines[0])
    return lines
  }
}
