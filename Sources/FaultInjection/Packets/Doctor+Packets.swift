import DockerEngine
import ExperimentModel
import NetworkImpairment

extension Doctor {
  /// How packets can be changed here.
  func packetFindings() -> [Finding] {
    let names = [
      Delay.name, Drop.name, Duplicate.name, Corrupt.name, Reorder.name, Throttle.name,
      Degrade.name, Partition.name, Reset.name, Fail.name, FailNames.name,
    ]
    if let obstacle = obstacleToPackets { return names.map { Finding($0, via: nil, obstacle) } }
    let probe = WayProbe()
    let filter = PacketFilter()
    let injectors: [any PacketInjector] = [
      Delay(PacketDelay(by: .milliseconds(100)), filter: filter),
      Drop(.random(Likelihood(rate: Ratio(0.1))), filter: filter),
      RandomImpairment<Duplicate>(Likelihood(rate: Ratio(0.1)), filter: filter),
      RandomImpairment<Corrupt>(Likelihood(rate: Ratio(0.1)), filter: filter),
      RandomImpairment<Reorder>(Likelihood(rate: Ratio(0.1)), filter: filter),
      Throttle(Bandwidth(bitsPerSecond: 1e6), filter: filter),
      Degrade(.wan, filter: filter), Partition(isOneWay: false, filter: filter),
      Reset(filter: filter), Fail(rate: Ratio(0.1), status: 503, filter: filter),
      FailNames(.timeout, filter: filter),
    ]
    return zip(names, injectors).map { name, injector in
      let fault = PacketFault(
        id: "probe", deed: injector.packetDeed, selector: PacketSelector(), seed: 1)
      return finding(name, WayChoice(for: fault, isSeeded: false), probe)
    }
  }

  /// How many packets a queue holds, in a network of its own.
  var heldPackets: (perSecond: Int, lateness: Double)? {
    guard obstacleToPackets == nil, let speed = try? QueueSpeed.measure() else { return nil }
    return (speed.packetsPerSecond, speed.lateness)
  }

  private func finding(_ name: String, _ choice: WayChoice, _ probe: WayProbe) -> Finding {
    let obstacles = choice.candidates.compactMap { way in
      probe.obstacles[way].map { "\(way.rawValue): \($0)" }
    }
    guard let way = choice.candidates.first(where: { probe.obstacles[$0] == nil }) else {
      let reasons = Set(choice.candidates.compactMap { probe.obstacles[$0]?.description })
      let advice = info.isRootless ? ", or with podman unshare in front" : ""
      // What stands in the way of all is said once.
      return Finding(
        name, via: nil,
        (reasons.count == 1 ? reasons.joined() : obstacles.joined(separator: "; ")) + advice)
    }
    let how =
      switch way {
      case .filter: "the kernel's packet filter, by nft"
      case .netem: "the kernel's network emulator"
      case .queue: "a process of ours holds the packets"
      }
    let rest = obstacles.isEmpty ? "" : " (not \(obstacles.joined(separator: ", nor ")))"
    return Finding(name, via: Mechanism(way), how + rest)
  }

  /// What stands in the way of all changes of packets.
  private var obstacleToPackets: String? {
    guard site.engine.address.isLocal else {
      return "the engine is not on this machine; run chaos on the machine of the containers"
    }
    guard info.kernel.isEmpty || info.kernel == Self.kernel else {
      return "the engine runs on another kernel (\(info.kernel)); run chaos inside that machine"
    }
    return nil
  }
}
