import DockerEngine
import ExperimentModel
import FaultInjection
import Testing

@Suite struct LimitTests {
  private func world(_ groups: FakeMachine.Groups) throws -> FakeWorld {
    let engine = FakeEngine(.init(id: FakeMachine.container, name: "web"))
    return try FakeWorld(engine, FakeMachine(groups))
  }

  private static let unlimited: [FakeMachine.Groups: String] = [.one: "-1", .two: "max 100000"]

  private func text(_ quota: Int, _ groups: FakeMachine.Groups) -> String {
    groups == .one ? "\(quota)" : "\(quota) 100000"
  }

  @Test(arguments: FakeMachine.Groups.allCases)
  func `a limit of CPU time is in force for its time, and the former one comes back`(
    groups: FakeMachine.Groups
  ) throws {
    let world = try world(groups)
    let injection = try world.inject(.limitCPU(Cores(0.05)))
    while injection.next != .wait { try injection.advance() }
    #expect(try world.machine.cpuLimit == text(5000, groups))
    #expect(try world.entries.first?.via == .cgroup)
    let account = try injection.run()
    #expect(try world.machine.cpuLimit == Self.unlimited[groups])
    #expect(account.sentence.hasPrefix("web was limited to 0.05 cores at "))
    #expect(account.sentence.hasSuffix(" for 10.00 s, and is free of that limit"))
    #expect(world.engine.changes.isEmpty)
  }

  @Test(arguments: FakeMachine.Groups.allCases)
  func `a limit of memory is written in whole pages`(groups: FakeMachine.Groups) throws {
    let world = try world(groups)
    let injection = try world.inject(.limitMemory(ByteCount(bytes: (32 << 20) + 7)))
    let before = try world.machine.memoryLimit
    while injection.next != .wait { try injection.advance() }
    #expect(try world.machine.memoryLimit == "\(32 << 20)")
    _ = try injection.run()
    #expect(try world.machine.memoryLimit == before)
  }

  @Test(arguments: FakeMachine.Groups.allCases, [true, false])
  func `limits lie on top of each other, and either may end first`(
    groups: FakeMachine.Groups, firstEndsFirst: Bool
  ) throws {
    let world = try world(groups)
    let first = try world.inject(.limitCPU(Cores(0.5)))
    while first.next != .wait { try first.advance() }
    world.vigil.pause(seconds: 1)
    let second = try world.inject(.limitCPU(Cores(0.05)))
    while second.next != .wait { try second.advance() }
    #expect(try world.machine.cpuLimit == text(5000, groups))
    let ids = try world.entries.map(\.id)
    _ = try world.healer.heal(firstEndsFirst ? ids[0] : ids[1])
    #expect(try world.machine.cpuLimit == text(firstEndsFirst ? 5000 : 50_000, groups))
    _ = try world.healer.heal(firstEndsFirst ? ids[1] : ids[0])
    #expect(try world.machine.cpuLimit == Self.unlimited[groups])
  }

  @Test func `a limit that somebody else has changed is left as it is`() throws {
    let world = try world(.two)
    let set = { _ = try? world.machine.setCPULimit("70000 100000") }
    world.vigil.events = [(at: 1003, happen: set)]
    let account = try world.inject(.limitCPU(Cores(0.05))).run()
    #expect(account.reversal == .changedBySomebody)
    #expect(try world.machine.cpuLimit == "70000 100000")
    #expect(try world.entries.isEmpty)
  }

  @Test func `a limit of an earlier run of the machine is over`() throws {
    let world = try world(.two)
    let text = LedgerTests.text(id: "cpu-1").replacing(
      "\"start\"",
      with: "{\"restore\": [{\"path\": \"/x\", \"before\": \"max\", \"during\": \"1\"}]}")
    try LedgerTests.write(text, id: "cpu-1", in: world.ledger)
    guard case .healed(_, let reversal) = try world.healer.heal("cpu-1") else {
      Issue.record("it is not in force")
      return
    }
    #expect(reversal == .runIsOver)
  }

  @Test(arguments: [FakeWorld.machineFaults[0], FakeWorld.machineFaults[2]])
  func `a container of another machine is refused with that machine`(fault: Fault) throws {
    let engine = FakeEngine(.init(id: "elsewhere", name: "web"))
    let world = try FakeWorld(engine)
    let error = #expect(throws: FaultError.self) { try world.inject(fault).run() }
    #expect(error?.kind == .notUsable)
    #expect(error?.description.contains("web does not run on this machine") == true)
    #expect(try world.entries.isEmpty)
  }

  @Test func `an engine of another machine pauses, and is asked for nothing else`() throws {
    let world = try world(.two)
    world.engine.address = .tcp(authority: "198.18.64.9:2375")
    _ = try world.inject(.pause).run()
    #expect(world.engine.changes == ["pause web", "unpause web"])
    for fault in FakeWorld.machineFaults {
      let error = #expect(throws: FaultError.self) { try world.inject(fault).run() }
      #expect(error?.kind == .notUsable)
      #expect(error?.description.contains("tcp://198.18.64.9:2375") == true)
    }
    let packets = PacketFilter()
    let error = #expect(throws: FaultError.self) {
      try world.inject(.impair(.drop(.random(Likelihood(rate: Ratio(0.1)))), packets)).run()
    }
    #expect(error?.kind == .notUsable)
    #expect(try world.entries.isEmpty)
  }

  @Test func `a limit below what the kernel can give is refused`() throws {
    let world = try world(.two)
    let error = #expect(throws: FaultError.self) {
      try world.inject(.limitCPU(Cores(0.001))).run()
    }
    #expect(error?.description.contains("at least 0.01 cores in a period of 100000 us") == true)
  }

  @Test(arguments: FakeMachine.Groups.allCases)
  func `a load is a process in the container's group, named after its entry`(
    groups: FakeMachine.Groups
  ) throws {
    let world = try world(groups)
    let injection = try world.inject(.burnCPU(Cores(2)))
    while injection.next != .wait { try injection.advance() }
    let entry = try #require(try world.entries.first)
    let words = try #require(world.machine.commands.first)
    let group =
      groups == .one
      ? "/sys/fs/cgroup/cpu/docker/\(FakeMachine.container)"
      : "/sys/fs/cgroup/machine.slice/libpod-\(FakeMachine.container).scope/container"
    #expect(words == ["chaos", "burn", world.ledger.folder, entry.id, "cpu", "2.0", group])
    #expect(entry.undo == .endLoad)
  }

  @Test(
    arguments: FakeWorld.machineFaults,
    Injection.Stage.allCases.map(\.rawValue) + [Injection.Stage.allCases.count])
  func `a process that ends after any stage leaves what restores the limits`(
    fault: Fault, stages: Int
  ) throws {
    let world = try world(.one)
    let before = try [world.machine.cpuLimit, world.machine.memoryLimit]
    do {
      let injection = try world.inject(fault)
      for _ in 0..<stages { try injection.advance() }
    }
    try world.healAll()
    #expect(try [world.machine.cpuLimit, world.machine.memoryLimit] == before)
    #expect(try world.entries.isEmpty)
  }
}
