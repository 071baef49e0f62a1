/// What happened in a run besides its requests: faults, containers, and what balancers made of it.
public struct RunTimeline: Sendable, Hashable {
  /// One happening of a fault.
  public struct Fault: Sendable, Hashable, Encodable {
    /// The word for it, such as `kill`.
    public var fault: String
    /// The names of its targets.
    public var targets: [String]
    /// When it began, in seconds of simulated time.
    public var from: Double
    /// When it ended; nil where nothing in the file ends it.
    @OrNull public var until: Double?

    /// Makes a happening.
    public init(fault: String, targets: [String], from: Double, until: Double?) {
      self.fault = fault
      self.targets = targets
      self.from = from
      self.until = until
    }

    private enum CodingKeys: String, CodingKey {
      case fault, targets
      case from = "from_s"
      case until = "until_s"
    }

    /// What it is and whom it meets.
    var words: String { "\(fault) \(targets.joined(separator: ", "))".printable }
  }

  /// Something that happened to a backend, or in a balancer's mind about it.
  public struct Event: Sendable, Hashable, Encodable {
    /// When, in seconds of simulated time.
    public var at: Double
    /// The backend.
    public var backend: String
    /// The word of the engine, or `marked down` and `marked up`.
    public var event: String
    /// The balancer that marked it; nil for an event of the engine.
    public var balancer: String?

    /// Makes an event.
    public init(at: Double, backend: String, event: String, balancer: String? = nil) {
      self.at = at
      self.backend = backend
      self.event = event
      self.balancer = balancer
    }

    private enum CodingKeys: String, CodingKey {
      case backend, event, balancer
      case at = "at_s"
    }
  }

  /// The faults in the order of their beginnings.
  public var faults: [Fault]
  /// The events in the order of time.
  public var events: [Event]

  /// Makes a timeline; without arguments that of a run in which nothing happened.
  public init(faults: [Fault] = [], events: [Event] = []) {
    self.faults = faults
    self.events = events
  }
}

extension RunTimeline {
  /// How many lines of a table faults and events have at most.
  private static let shown = 6

  /// The timeline for a reader at a terminal; nothing where nothing happened.
  func lines() -> [String] {
    let faults = faults.map { fault in
      let end = fault.until.map { " until \(Self.time($0))" } ?? ""
      return "\(Self.time(fault.from))\(end) \(fault.words)"
    }
    let events = news.map { event in
      let by = event.balancer.map { " by \($0.printable)" } ?? ""
      return "\(Self.time(event.at)) \(event.backend.printable) \(event.event)\(by)"
    }
    return Self.column("Faults", faults) + Self.column("Events", events)
  }

  /// The events without those that tell that a container is well, as it was meant to be.
  private var news: [Event] {
    var troubled: Set<String> = []
    return events.filter { event in
      if event.event == Self.healthy { return troubled.contains(event.backend) }
      troubled.insert(event.backend)
      return true
    }
  }

  private static let healthy = "health_status: healthy"

  static func time(_ seconds: Double) -> String {
    HumaneText.duration(milliseconds: seconds * 1000)
  }

  private static func column(_ title: String, _ texts: [String]) -> [String] {
    var texts = texts
    if texts.count > shown {
      let hidden = texts.count - shown + 1
      texts = texts.prefix(shown - 1) + ["… and \(HumaneText.count(hidden)) more"]
    }
    return texts.enumerated().map { place, text in
      let head = place == 0 ? title : ""
      return head + String(repeating: " ", count: 12 - head.count) + text
    }
  }
}
