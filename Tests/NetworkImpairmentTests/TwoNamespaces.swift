import Glibc
import LabTestSupport
import NetworkImpairment
import Testing

/// Two network namespaces of this test alone, joined by a cable.
final class TwoNamespaces {
  /// Whether this machine lets us make them.
  static let arePossible =
    geteuid() == 0
    && ["ip", "nft"].allSatisfy { (name: String) in
      ["/usr/sbin/", "/sbin/", "/usr/bin/"].contains { access($0 + name, X_OK) == 0 }
    }
  /// What is printed in place of the tests.
  static let skipped: Comment =
    "no network namespaces: run as root, with the packages iproute2 and nftables"

  /// What this kernel can do.
  static let probe = WayProbe()
  /// Whether this is a machine that another one emulates, as `Scripts/netem-guest` makes it.
  static let isEmulated = getenv("LAB_EMULATED_MACHINE") != nil
  /// How much more a measured time may be off, in milliseconds: such a machine is not punctual.
  static let slack = isEmulated ? 12.0 : 0.0

  let names: [String]
  /// The namespace that faults are made in, and its neighbour.
  let target: NetworkNamespace
  let neighbour: NetworkNamespace

  static let targetAddress = "198.18.80.1"
  static let neighbourAddress = "198.18.80.2"
  /// A second address of the neighbour, for a flow that no fault may touch.
  static let bystanderAddress = "198.18.80.3"
  static let targetAddressV6 = "fd00:80::1"
  static let neighbourAddressV6 = "fd00:80::2"

  private init(_ names: [String]) throws {
    self.names = names
    target = try NetworkNamespace(path: "/run/netns/\(names[0])")
    neighbour = try NetworkNamespace(path: "/run/netns/\(names[1])")
  }

  /// Runs a test with a pair of namespaces, and removes them whatever becomes of it.
  static func with(_ body: (TwoNamespaces) async throws -> Void) async throws {
    let stem = "packets-" + String(UInt32.random(in: 0x100000...0xffffff), radix: 16)
    let names = [stem + "-a", stem + "-b"]
    var failure: (any Error)?
    do {
      try await build(names)
      try await body(try TwoNamespaces(names))
    } catch {
      failure = error
    }
    for name in names { _ = try? await run("ip", "netns", "delete", name) }
    if let failure { throw failure }
  }

  private static func build(_ names: [String]) async throws {
    for name in names { try await run("ip", "netns", "add", name) }
    try await run(
      "ip", "-n", names[0], "link", "add", "eth0", "type", "veth", "peer", "name", "eth0",
      "netns", names[1])
    let addresses = [
      [targetAddress + "/24"], [neighbourAddress + "/24", bystanderAddress + "/24"],
    ]
    for (name, own) in zip(names, addresses) {
      for address in own { try await run("ip", "-n", name, "addr", "add", address, "dev", "eth0") }
      for link in ["lo", "eth0"] { try await run("ip", "-n", name, "link", "set", link, "up") }
    }
    for (name, address) in zip(names, [targetAddressV6, neighbourAddressV6]) {
      try await run(
        "ip", "-n", name, "addr", "add", address + "/64", "dev", "eth0", "nodad")
    }
  }

  /// Runs a command, and returns what it printed.
  @discardableResult
  static func run(_ words: String...) async throws -> String {
    let run = try await CommandRun.run("/usr/bin/env", words)
    try #require(run.ending == .exited(0), "\(words): \(run)")
    return run.output
  }

  /// Runs a command inside the target.
  func inTarget(_ words: String...) async throws -> String {
    let run = try await CommandRun.run(
      "/usr/bin/env", ["ip", "netns", "exec", names[0]] + words)
    try #require(run.ending == .exited(0), "\(words): \(run)")
    return run.output
  }
}
