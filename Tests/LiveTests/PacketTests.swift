import DockerEngine
import FoundationEssentials
import Glibc
import LabTestSupport
import Reporting
import Testing

/// Packets of real containers, measured by connecting to them from this machine.
@Suite(.enabled(if: LiveEngine.isThere, LiveEngine.skipped))
struct PacketTests {
  /// How long a TCP connection to a container's web server takes, in milliseconds; infinite when
  /// there is none within a second.
  private func connect(_ lab: LiveLab, _ name: String) throws -> Double {
    let networks = try lab.engine.inspect(name).networks
    let text = try #require(networks.values.first?.address)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(80).bigEndian
    inet_pton(AF_INET, text, &address.sin_addr)
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(O_NONBLOCK), 0)
    defer { close(descriptor) }
    let start = ContinuousClock.now
    withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var waited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&waited, 1, 1000) == 1, waited.revents & Int16(POLLERR) == 0 else {
      return .infinity
    }
    let span = (ContinuousClock.now - start).components
    return Double(span.seconds) * 1000 + Double(span.attoseconds) / 1e15
  }

  /// Whether connections take as long as they should, in milliseconds.
  ///
  /// None may take less. A machine with too much to do makes them late, but not all of them.
  private func connections(
    _ lab: LiveLab, _ name: String, take expected: ClosedRange<Double>
  ) async throws -> Bool {
    var least = Double.infinity
    let isSo = try await lab.eventually {
      least = min(least, try connect(lab, name))
      return least <= expected.upperBound
    }
    return isSo && least >= expected.lowerBound
  }

  /// Whether the kernel has a lease in the network of a container.
  private func hasLease(_ lab: LiveLab, _ name: String) async throws -> Bool {
    let words = ["nsenter", "-t", "\(try lab.state(name).pid)", "-n", "nft", "list", "ruleset"]
    let run = try await CommandRun.run("/usr/bin/env", words)
    try #require(run.ending == .exited(0), "\(run)")
    return run.output.contains("expires")
  }

  @Test func `a delay is on the wire until its end, and the report says so`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      #expect(try await lab.eventually { try connect(lab, web) < 100 })
      let words = ["delay", web, "--by", "200ms", "--for"]
      let command = try lab.start(words + ["600s"])
      try await lab.waitForFaults()
      #expect(try await connections(lab, web, take: 195...260))
      command.send(SIGINT)
      #expect(try await command.end().ending == .exited(130))
      #expect(try await lab.eventually { try connect(lab, web) < 100 })
      let run = try await lab.start(words + ["2s"]).end()
      #expect(run.ending == .exited(0), "\(run)")
      #expect(run.output.contains("had packets delayed by 200ms"))
      #expect(try await !hasLease(lab, web))
      #expect(try await lab.eventually { try connect(lab, web) < 100 })
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `two delays of two commands add up, and each ends alone`() async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let long = try lab.start("delay", web, "--by", "200ms", "--for", "600s")
      try await lab.waitForFaults()
      let short = try lab.start("delay", web, "--by", "100ms", "--for", "600s")
      try await lab.waitForFaults(2)
      #expect(try await connections(lab, web, take: 295...380))
      long.send(SIGINT)
      #expect(try await long.end().ending == .exited(130))
      #expect(try await connections(lab, web, take: 95...160))
      short.send(SIGTERM)
      #expect(try await short.end().ending == .exited(143))
      #expect(try await connections(lab, web, take: 0...95))
    }
  }

  @Test(arguments: [["drop", "--rate", "100%"], ["delay", "--by", "900ms"]])
  func `with every process of ours killed, the kernel lets go on time`(
    words: [String]
  ) async throws {
    try await LiveLab.with { lab in
      let web = try await lab.container()
      let command = try lab.start([words[0], web] + words.dropFirst() + ["--for", "20s"])
      let entry = try #require(try await lab.waitForFaults().first)
      #expect(try connect(lab, web) > 800)
      let id = try await lab.crashGuardian(besides: command.pid)
      command.send(SIGKILL)
      _ = try await command.end()
      #expect(try await hasLease(lab, web))
      try await lab.wait(until: entry["until"])
      // The ledger says when the lease ends at the earliest: before nft was asked for it.
      try await Task.sleep(for: .seconds(1))
      #expect(try await !hasLease(lab, web))
      #expect(try await lab.eventually { try connect(lab, web) < 500 })
      #expect(try await lab.inForce().count == 1, "nobody helped")
      #expect(try await lab.chaos("heal", id).ending == .exited(0))
      #expect(try await lab.inForce().isEmpty)
    }
  }

  @Test func `a partition cuts off the peer alone`() async throws {
    try await LiveLab.with { lab in
      let (web, db) = (try await lab.container("web"), try await lab.container("db"))
      let command = try lab.start("partition", web, db, "--for", "600s")
      try await lab.waitForFaults()
      #expect(try await lab.eventually { try connect(lab, web) < 500 })
      let status = try await lab.chaos("status")
      #expect(status.output.contains("partition"), "\(status)")
      command.send(SIGINT)
      #expect(try await command.end().ending == .exited(130))
    }
  }

  @Test func `what cannot be meant is refused, and nothing is changed`() async throws {
    try await LiveLab.with { lab in
      let host = try await lab.container("host", options: ["--network", "host"])
      let web = try await lab.container("web")
      #expect(try await lab.chaos("delay", host, "--by", "1ms").ending == .exited(65))
      #expect(try await lab.chaos("drop", web, "--rate", "140%").ending == .exited(64))
      #expect(try await lab.chaos("drop", web).ending == .exited(64))
      #expect(try await lab.chaos("delay", web, "--by", "1ms", "--for", "0s").ending == .exited(64))
      let peer = try await lab.chaos("delay", web, "--by", "1ms", "--peer", "nobody-here")
      #expect(peer.ending == .exited(65), "\(peer)")
      #expect(try await lab.inForce().isEmpty)
    }
  }
}
