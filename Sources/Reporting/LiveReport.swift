/// What a live experiment came to: the verdict, the faults as they were made, the load, and what
/// the engine told about the containers.
public struct LiveReport: Sendable {
  /// The name of the experiment.
  public var experiment: String
  /// What a person wanted to know.
  public var question: String?
  /// When it started, in nanoseconds since 1970, so that packets can be held against it; nil where
  /// nobody noted it.
  public var started: Int64?
  /// What the answer is.
  public var verdict: Verdict
  /// Why the experiment ended early; nil when it did not.
  public var abortReason: String?
  /// The faults in the order of their beginnings.
  public var faults: [Fault]
  /// What the clients measured, with the hypothesis judged.
  public var load: LoadReport
  /// What happened to the containers, the oldest first.
  public var events: [Event]
  /// The packets that were kept; nil when none were asked for.
  public var capture: Capture?
  /// What the simulator says about the same file; nil where it was not asked.
  public var predicted: RunReport?

  /// The answer of an experiment.
  public enum Verdict: String, Sendable, Hashable, Encodable {
    /// Every line of the hypothesis holds.
    case holds
    /// A line does not hold.
    case refuted
    /// It ended before its time, so that its figures answer nothing.
    case aborted
  }

  /// A number or a word.
  public enum Value: Sendable, Hashable, Encodable {
    case number(Double)
    case word(String)

    /// The value as a person reads it.
    public var text: String {
      switch self {
      case .number(let number): HumaneText.significant(number)
      case .word(let word): word
      }
    }

    /// Writes the bare number or word.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .word(let word): try container.encode(word)
      }
    }
  }

  /// One happening of a fault.
  public struct Fault: Sendable, Hashable {
    /// The word for it, such as `delay`.
    public var fault: String
    /// The names of its targets.
    public var targets: [String]
    /// Through what it was made, such as `engine`; nil when it was not made.
    public var via: String?
    /// What was asked for, with the unit last in each name.
    public var asked: [String: Value]
    /// What was measured of it, in the same names where it is the same quantity.
    ///
    /// It is empty when nothing here could measure it.
    public var measured: [String: Figure]
    /// Whether it took effect; nil when that cannot be told, as when too little passed.
    public var took: Bool?
    /// When it began, in seconds since the start; nil when it was not made.
    public var from: Double?
    /// When it ended; nil when it was not made, or was never undone.
    public var until: Double?
    /// What the measured figures are read from, such as `312 packets, by their numbers`.
    public var evidence: String?
    /// What else there is to say about it, in a sentence.
    public var remark: String?

    /// Makes the account of a fault.
    public init(
      fault: String, targets: [String], via: String?, asked: [String: Value],
      measured: [String: Figure] = [:], took: Bool?, from: Double?, until: Double?,
      evidence: String? = nil, remark: String? = nil
    ) {
      self.fault = fault
      self.targets = targets
      self.via = via
      self.asked = asked
      self.measured = measured
      self.took = took
      self.from = from
      self.until = until
      self.evidence = evidence
      self.remark = remark
    }
  }

  /// Something that happened to a container.
  public struct Event: Sendable, Hashable, Encodable {
    /// When, in seconds since the start.
    public var at: Double
    /// The name of the container, as the topology knows it.
    public var container: String
    /// The engine's word.
    public var event: String
    /// The exit status of one that died.
    public var exitCode: Int?

    /// Makes an event.
    public init(at: Double, container: String, event: String, exitCode: Int? = nil) {
      self.at = at
      self.container = container
      self.event = event
      self.exitCode = exitCode
    }

    private enum CodingKeys: String, CodingKey {
      case container, event
      case at = "at_s"
      case exitCode = "exit_code"
    }
  }

  /// The packets that were kept.
  public struct Capture: Sendable, Hashable, Encodable {
    /// The file.
    public var file: String
    /// How many packets are in it.
    public var captured: Int
    /// How many were lost before they could be kept.
    public var dropped: Int

    /// Makes the account of a capture.
    public init(file: String, captured: Int, dropped: Int) {
      self.file = file
      self.captured = captured
      self.dropped = dropped
    }
  }

  /// Makes a report of its parts.
  public init(
    experiment: String, question: String?, started: Int64? = nil, verdict: Verdict,
    abortReason: String? = nil, faults: [Fault], load: LoadReport, events: [Event],
    capture: Capture? = nil
  ) {
    self.experiment = experiment
    self.question = question
    self.started = started
    self.verdict = verdict
    self.abortReason = abortReason
    self.faults = faults
    self.load = load
    self.events = events
    self.capture = capture
  }
}

extension LiveReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case experiment, question, started, verdict, hypothesis, faults, load, events, capture
    case predicted
    case agreements = "agreement"
    case abortReason = "abort_reason"
  }

  /// Writes the report; the hypothesis stands at the top.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(experiment, forKey: .experiment)
    try container.encodeIfPresent(question, forKey: .question)
    try container.encodeIfPresent(started.map(RFC3339.text), forKey: .started)
    try container.encode(verdict, forKey: .verdict)
    try container.encodeIfPresent(abortReason, forKey: .abortReason)
    try container.encode(load.run.hypothesis, forKey: .hypothesis)
    try container.encode(faults, forKey: .faults)
    try container.encode(load, forKey: .load)
    try container.encode(events, forKey: .events)
    try container.encode(capture, forKey: .capture)
    try container.encodeIfPresent(predicted, forKey: .predicted)
    if predicted != nil { try container.encode(agreements, forKey: .agreements) }
  }

  /// The report as JSON with sorted keys, without a final newline.
  public var json: String { readableJSON(self) }
}

extension LiveReport.Fault: Encodable {
  private enum CodingKeys: String, CodingKey {
    case fault, targets, via, asked, measured, took, evidence, remark
    case intervals = "measured_ci95"
    case from = "from_s"
    case until = "until_s"
  }

  /// Writes all keys, with null for what is not known.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(fault, forKey: .fault)
    try container.encode(targets, forKey: .targets)
    try container.encode(via, forKey: .via)
    try container.encode(asked, forKey: .asked)
    try container.encode(
      measured.isEmpty ? nil : measured.mapValues(\.value), forKey: .measured)
    let intervals = measured.compactMapValues { figure in
      figure.interval.map { [$0.lowerBound, $0.upperBound] }
    }
    if !intervals.isEmpty { try container.encode(intervals, forKey: .intervals) }
    try container.encode(took, forKey: .took)
    try container.encode(from, forKey: .from)
    try container.encode(until, forKey: .until)
    try container.encodeIfPresent(evidence, forKey: .evidence)
    try container.encodeIfPresent(remark, forKey: .remark)
  }
}
