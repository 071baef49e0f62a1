/// A run second by second, column by column: the clients together, and each backend.
public struct SeriesReport: Sendable {
  /// A quantity that is told of a second; its name is that of its column, with the unit last.
  public enum Quantity: String, Sendable, Hashable, CaseIterable {
    /// Requests that were sent, or picks of a backend.
    case arrivals
    /// Requests that succeeded, and that failed.
    case completions, failures
    /// Requests in flight at the end of the second.
    case inFlight = "in_flight"
    /// Times of those that succeeded: a client's latencies, a backend's responses.
    case mean = "mean_ms"
    /// Percentiles of these times, and the longest.
    case p50 = "p50_ms"
    case p90 = "p90_ms"
    case p99 = "p99_ms"
    case max = "max_ms"
    /// The mean number of requests that waited for a worker.
    case queue
    /// Requests that workers had at the end of the second.
    case inService = "in_service"
    /// CPU time used over CPU time available, from 0 to 1.
    case utilization
    /// How long a CPU quota was spent.
    case throttled = "throttled_s"
    /// How many balancers counted on the backend at the end of the second.
    case balancers
  }

  /// What is told of the clients, or of one backend.
  public struct Track: Sendable {
    /// The name of the backend, or `clients`.
    public var name: String
    /// The values of each quantity that there is, a second each.
    public var values: [Quantity: [Double]]
    /// What had become of the container at the end of each second; empty for the clients.
    public var states: [String]
    /// What its health check said then; empty for the clients.
    public var health: [String]

    /// Makes a track.
    public init(
      name: String, values: [Quantity: [Double]], states: [String] = [], health: [String] = []
    ) {
      self.name = name
      self.values = values
      self.states = states
      self.health = health
    }
  }

  /// When each second begins, and how long it is: the last one may be cut off.
  public var starts, lengths: [Double]
  /// All clients together.
  public var clients: Track
  /// The backends in the order of the file.
  public var backends: [Track]
  /// Whether the run was told of to its end.
  public var isWhole: Bool

  /// Makes a report, whose tracks have a value for each second.
  public init(
    starts: [Double], lengths: [Double], clients: Track, backends: [Track], isWhole: Bool
  ) {
    for track in [clients] + backends {
      precondition(
        track.values.values.allSatisfy { $0.count == starts.count }, "a second has its values")
    }
    self.starts = starts
    self.lengths = lengths
    self.clients = clients
    self.backends = backends
    self.isWhole = isWhole
  }

  /// How many seconds there are.
  public var count: Int { starts.count }

  /// When the last second is over.
  public var end: Double { count == 0 ? 0 : starts[count - 1] + lengths[count - 1] }
}

extension SeriesReport {
  /// The clients as CSV, a row a second; the columns are named after their quantities.
  public var clientCSV: String {
    let quantities = Quantity.allCases.filter { clients.values[$0] != nil }
    let header = ["at_s", "length_s"] + quantities.map(\.rawValue)
    let rows = (0..<count).map { second in
      ["\(starts[second])", "\(lengths[second])"] + cells(clients, quantities, second)
    }
    return ([header] + rows).map(CSVText.row).joined()
  }

  /// The backends as CSV, a row for each second and backend.
  public var backendCSV: String {
    let quantities = Quantity.allCases.filter { backends.first?.values[$0] != nil }
    let header =
      ["at_s", "length_s", "backend"] + quantities.map(\.rawValue) + ["state", "health"]
    let rows = (0..<count).flatMap { second in
      backends.map { backend in
        ["\(starts[second])", "\(lengths[second])", backend.name]
          + cells(backend, quantities, second) + [backend.states[second], backend.health[second]]
      }
    }
    return ([header] + rows).map(CSVText.row).joined()
  }

  private func cells(_ track: Track, _ quantities: [Quantity], _ second: Int) -> [String] {
    quantities.map { quantity in
      guard let value = track.values[quantity]?[second] else { return "" }
      return value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
    }
  }
}
