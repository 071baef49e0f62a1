import ExperimentModel
import SimulationEngine

/// The requests of a trace: when each comes and what it is.
struct TracedRequests: ~Copyable {
  private let rows: Column<Row>
  private let keys: KeyTable

  private struct Row: BitwiseCopyable {
    let at: Nanoseconds
    /// The place of its key; -1 for none.
    let key: Int32
    let hasAddress: Bool
    let address: UInt32
  }

  /// Takes over a trace; an empty one for any other workload.
  init(_ workload: Workload) {
    var rows: [Row] = []
    var places: [String: Int32] = [:]
    var names: [String] = []
    if case .trace(let trace) = workload {
      for arrival in trace.arrivals {
        var place: Int32 = -1
        if let key = arrival.key {
          if let known = places[key] {
            place = known
          } else {
            place = Int32(names.count)
            places[key] = place
            names.append(key)
          }
        }
        rows.append(
          Row(
            at: Nanoseconds(arrival.at.nanoseconds), key: place,
            hasAddress: arrival.clientAddress != nil, address: arrival.clientAddress ?? 0))
      }
    }
    self.rows = Column(rows)
    keys = KeyTable(names)
  }

  /// How many there are.
  var count: Int { rows.count }

  /// When the request at a place comes, from the start of its group; nil behind the last.
  func time(of place: Int) -> Nanoseconds? { place < rows.count ? rows[place].at : nil }

  /// Gives a request what the trace says of it.
  func identify(_ attempt: inout Attempt, place: Int) {
    let row = rows[place]
    if row.key >= 0 { attempt.key = keys[Int(row.key)] }
    if row.hasAddress { attempt.address = ClientAddress(v4: row.address) }
  }
}
