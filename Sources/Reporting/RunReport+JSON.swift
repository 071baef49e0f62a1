extension RunReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case format, name, strategy, seed, replications, digest, events, requests, failures, backends
    case alternative, hypothesis, verdict, warmup, precision, theory, faults, timeline, traces
    case effectiveSamples = "effective_samples"
    case errorRate = "error_rate"
    case simulatedSeconds = "simulated_s"
    case throughputPerSecond = "throughput_per_s"
    case latency = "latency_ms"
    case wallSeconds = "wall_s"
  }

  /// Writes the whole report.
  public func encode(to encoder: any Encoder) throws {
    try encodeOutcome(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(alternative, forKey: .alternative)
    try container.encodeIfPresent(theory, forKey: .theory)
    if !timeline.faults.isEmpty { try container.encode(timeline.faults, forKey: .faults) }
    if !timeline.events.isEmpty { try container.encode(timeline.events, forKey: .timeline) }
    if !traces.isEmpty { try container.encode(traces, forKey: .traces) }
    try container.encode(digest, forKey: .digest)
    try container.encode(wallSeconds, forKey: .wallSeconds)
  }

  /// Writes all that the same file, seed and version give on every machine.
  fileprivate func encodeOutcome(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(name, forKey: .name)
    try container.encode(strategy, forKey: .strategy)
    try container.encode(seed, forKey: .seed)
    try container.encode(replications, forKey: .replications)
    try container.encode(simulatedSeconds, forKey: .simulatedSeconds)
    try container.encode(events, forKey: .events)
    try container.encode(requests, forKey: .requests)
    try container.encode(failures, forKey: .failures)
    try container.encode(errorRate, forKey: .errorRate)
    try container.encode(throughputPerSecond, forKey: .throughputPerSecond)
    try container.encode(latency, forKey: .latency)
    try container.encodeIfPresent(confidence.effectiveSamples, forKey: .effectiveSamples)
    try container.encodeIfPresent(confidence.warmup, forKey: .warmup)
    try container.encodeIfPresent(confidence.precision, forKey: .precision)
    if !hypothesis.isEmpty {
      try container.encode(hypothesis, forKey: .hypothesis)
      try container.encode(isRefuted ? "refuted" : "holds", forKey: .verdict)
    }
    var byName = container.nestedContainer(keyedBy: BackendName.self, forKey: .backends)
    for backend in backends {
      try byName.encode(backend, forKey: BackendName(stringValue: backend.name))
    }
  }

  /// A hash of everything in the report but the wall-clock time, as 16 hexadecimal digits.
  ///
  /// It is equal for equal file, seed and version, whatever the machine.
  public var digest: String { FNV1a.digits(of: lineOfJSON(Outcome(report: self)).utf8) }

  /// The report as JSON with sorted keys, for people and programs, without a final newline.
  public var json: String { readableJSON(self) }
}

/// A report without its digest and the wall-clock time.
private struct Outcome: Encodable {
  var report: RunReport
  func encode(to encoder: any Encoder) throws { try report.encodeOutcome(to: encoder) }
}

/// The name of a backend as the key of its figures.
private struct BackendName: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
