extension Fault {
  /// The word for it in a file.
  public var name: String {
    switch self {
    case .kill: "kill"
    case .stop: "stop"
    case .pause: "pause"
    case .fail: "fail"
    case .impair(let impairment, _): impairment.name
    case .degrade: "degrade"
    case .partition: "partition"
    case .limitCPU, .burnCPU: "cpu"
    case .limitMemory, .fillMemory: "memory"
    }
  }
}

extension PacketImpairment {
  fileprivate var name: String {
    switch self {
    case .delay: "delay"
    case .drop: "drop"
    case .duplicate: "duplicate"
    case .corrupt: "corrupt"
    case .reorder: "reorder"
    case .throttle: "throttle"
    }
  }
}
