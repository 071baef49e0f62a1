import ExperimentModel
import NetworkImpairment

extension PacketInjector {
  /// The fault as a file words it; nil for one that only commands make.
  public var fault: Fault? {
    switch packetDeed {
    case .impair(let impairment): .impair(impairment, filter)
    case .degrade(let impairments):
      NetworkProfile.allCases.first { $0.impairments == impairments }
        .map { .degrade($0, filter) }
    case .cut: .partition(from: filter.peers, isOneWay: filter.direction == .egress)
    case .answer(.http(let status, let rate)): .fail(rate: rate, status: status)
    case .reset, .silenceNames, .answer(.names): nil
    }
  }
}
