import ExperimentModel
import PacketCapture
import Statistics

extension BackendAnswers {
  /// The answers of each backend as the balancer's packets show them, where no answer says itself
  /// where it comes from; empty when they show none.
  ///
  /// - Parameter file: what was captured at the balancer.
  static func all(
    inPackets file: String, topology: Topology, names: [String: String]
  ) -> [String: BackendAnswers] {
    guard let packets = try? FlowReport(reading: file) else { return [:] }
    let known = Set(topology.backends.map(\.name))
    var answers: [String: BackendAnswers] = [:]
    for flow in packets.flows {
      guard let owner = owner(of: flow.server, among: known, names) else { continue }
      for request in flow.requests { answers[owner, default: BackendAnswers()].add(request) }
    }
    return answers
  }

  /// Counts a request: any status below 400 is a success, as it is at the clients.
  private mutating func add(_ request: FlowReport.Request) {
    guard let status = request.status, status < 400 else {
      failed += 1
      return
    }
    succeeded += 1
    let milliseconds = request.totalMilliseconds ?? request.firstByteMilliseconds ?? 0
    latency.record(Int(milliseconds * 1e6))
  }
}
