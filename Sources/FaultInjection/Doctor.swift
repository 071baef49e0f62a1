import DockerEngine
import FoundationEssentials
import Glibc

/// The examination of an engine and its machine: which faults can be made there, and how.
public struct Doctor {
  /// What was found about one fault.
  public struct Finding: Sendable, Hashable {
    /// The fault's name.
    public let fault: String
    /// Through what it would be made; nil when it cannot be made.
    public let via: Mechanism?
    /// How, or why not and what to do.
    public let note: String

    /// Makes a finding of its parts.
    public init(_ fault: String, via: Mechanism?, _ note: String) {
      self.fault = fault
      self.via = via
      self.note = note
    }
  }

  /// What was measured, in milliseconds.
  public struct Measurements: Sendable {
    /// How long the engine takes to answer.
    public let engineAnswer: Double
    /// How long an entry takes to be on the disk; nil when it cannot be written.
    public let ledgerEntry: Double?
    /// How many packets in a second are held for as long as asked, and how much longer 99 % of them
    /// are held at most; nil where none are.
    public let heldPackets: (perSecond: Int, lateness: Double)?
  }

  let site: Site
  /// What the engine says about itself.
  public let info: EngineInfo

  /// Asks the engine what it is.
  public init(of world: Injection.World) throws(FaultError) {
    let engine = world.engine
    site = world.site
    info = try FaultError.ofEngine { () throws(EngineError) in try engine.info() }
  }

  /// What can be made and how, in the order of the catalogue.
  public func findings() -> [Finding] {
    let engine = "the engine's interface, version \(site.engine.version)"
    return [Kill.name, Stop.name].map { Finding($0, via: .engine, engine) }
      + [
        canFreeze
          ? Finding(Pause.name, via: .engine, engine)
          : Finding(
            Pause.name, via: nil,
            "an engine without the rights of root freezes containers only with control groups of"
              + " version 2"),
        groupFinding(LimitCPU.name, of: "cpu"), groupFinding(LimitMemory.name, of: "memory"),
        groupFinding(LimitDisk.name, of: ControlGroup.trafficController(on: site.host)),
      ] + packetFindings()
  }

  /// How fast the engine, the ledger and a queue of packets are here; it takes about two seconds.
  public func measure() throws(FaultError) -> Measurements {
    let engine = site.engine
    let answer = try Self.milliseconds { () throws(FaultError) in
      _ = try FaultError.ofEngine { () throws(EngineError) in try engine.info() }
    }
    let entry = try? Self.milliseconds { () throws(FaultError) in try site.ledger.rehearse() }
    return Measurements(engineAnswer: answer, ledgerEntry: entry, heldPackets: heldPackets)
  }

  /// Whether the engine has the means to freeze a container.
  private var canFreeze: Bool { !info.isRootless || info.groupVersion != "1" }

  /// Why nothing can be done here but through the engine; nil when more can be done.
  private var distance: String? {
    guard site.engine.address.isLocal else {
      return "the engine is not on this machine; run chaos on the machine of the containers"
    }
    guard info.kernel.isEmpty || info.kernel == Self.kernel else {
      return "the engine runs on another kernel (\(info.kernel)); run chaos inside that machine"
    }
    return nil
  }

  private func groupFinding(_ fault: String, of controller: String) -> Finding {
    func no(_ reason: String) -> Finding { Finding(fault, via: nil, reason) }
    if let distance { return no(distance) }
    guard let place = ControlGroup.place(of: controller, on: site.host) else {
      return no("this machine has no control groups for \(controller); mount them")
    }
    guard access(site.host.root + place.folder, W_OK) == 0 else {
      return no("you may not write in \(place.folder); run chaos as root")
    }
    let version = place.version == .one ? 1 : 2
    return Finding(fault, via: .cgroup, "control groups of version \(version) in \(place.folder)")
  }

  /// The release of this machine's kernel.
  static var kernel: String {
    var name = utsname()
    uname(&name)
    return withUnsafeBytes(of: &name.release) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private static func milliseconds(
    _ body: () throws(FaultError) -> Void
  ) throws(FaultError) -> Double {
    let start = SystemVigil().uptimeSeconds
    try body()
    return (SystemVigil().uptimeSeconds - start) * 1000
  }
}
