import DockerEngine
import FoundationEssentials
import Glibc
import LabTestSupport
import Testing

/// Three web servers behind nginx in a network of their own, and the shipped experiment about them.
struct ExperimentLab {
  let lab: LiveLab
  let url: String
  /// The experiment with the names of these containers, and of a shorter run.
  let experiment: String
  let killed: String
  /// The other two backends.
  let others: [String]
  let balancer: String

  /// The shipped experiment with other faults and of another length, as text.
  func experiment(with faults: String, duration: String) async throws -> String {
    let text = try await CommandRun.run("/bin/cat", [experiment]).output
    guard let place = text.firstRange(of: "faults:") else { throw NoNetwork() }
    return text[..<place.lowerBound] + faults
      + "\nset: {clients.users.open.duration: \(duration)}\n"
  }

  /// Runs a test with such a lab; it is removed at the end.
  static func with(_ body: (ExperimentLab) async throws -> Void) async throws {
    try await LiveLab.with { lab in
      let name = "lab-net-" + String(UInt32.random(in: 0x100000...0xffffff), radix: 16)
      let network = try await freeNetwork(name, lab)
      var failure: (any Error)?
      var containers: [String] = []
      do {
        var backends: [String] = []
        for number in 1...3 {
          backends.append(
            try await lab.container(
              "back-0\(number)",
              options: ["--network", name, "--ip", "\(network).1\(number)"]))
        }
        let config = try lab.folder.write(configuration(network), to: "nginx.conf")
        let balancer = try await lab.container(
          "balancer",
          options: [
            "--network", name, "--ip", "\(network).100",
            "-v", "\(config):/etc/nginx/nginx.conf:ro",
          ])
        containers = backends + [balancer]
        try await waitForAnswers(
          from: (1...3).map { "\(network).1\($0)" } + ["\(network).100"], in: lab)
        try await body(
          ExperimentLab(
            lab: lab, url: "http://\(network).100/",
            experiment: try write(into: lab.folder, backends: backends), killed: backends[1],
            others: [backends[0], backends[2]], balancer: balancer))
      } catch {
        failure = error
      }
      _ = try? await lab.chaos("heal", "--all")
      for container in containers { _ = try? await lab.docker("rm", "-f", container) }
      _ = try? await lab.docker("network", "rm", name)
      if let failure { throw failure }
    }
  }

  /// A network that no other test has taken: the first three octets of its addresses.
  private static func freeNetwork(_ name: String, _ lab: LiveLab) async throws -> String {
    for third in (113...127).shuffled() {
      let run = try await lab.docker(
        "network", "create", "--subnet", "198.18.\(third).0/24", name)
      if run.ending == .exited(0) { return "198.18.\(third)" }
    }
    throw NoNetwork()
  }

  private struct NoNetwork: Error {}

  /// Waits until these addresses answer, one after the other: a balancer that asks too early takes
  /// its backends for dead.
  private static func waitForAnswers(from addresses: [String], in lab: LiveLab) async throws {
    for address in addresses {
      try #require(
        try await lab.eventually {
          let words = ["curl", "-fsS", "-m", "30", "-o", "/dev/null", "http://\(address)/"]
          return try await CommandRun.run("/usr/bin/env", words).ending == .exited(0)
        }, "\(address) does not answer")
    }
  }

  private static func configuration(_ network: String) -> String {
    let servers = (1...3).map { "server \(network).1\($0):80;" }.joined(separator: " ")
    return """
      events {}
      http {
        access_log off;
        upstream backends { \(servers) }
        server {
          listen 80;
          location / { proxy_pass http://backends; add_header X-Backend $upstream_addr always; }
        }
      }
      """
  }

  /// The shipped files with other names of backends and other times; returns the experiment's path.
  private static func write(
    into folder: TemporaryFolder, backends: [String]
  ) throws -> String {
    func shipped(_ path: String) throws -> String {
      var text = String(
        decoding: try Data(
          contentsOf: URL(filePath: BuiltProduct.packageFolder).appending(path: path)),
        as: UTF8.self)
      for (number, name) in backends.enumerated() {
        text = text.replacing("back-0\(number + 1)", with: name)
      }
      return text
    }
    _ = try folder.write(
      shipped("topologies/three-behind-nginx.yaml")
        .replacing("duration: 12s", with: "duration: 8s"),
      to: "three-behind-nginx.yaml")
    return try folder.write(
      shipped("experiments/kill-back-02.yaml")
        .replacing("../topologies/", with: "")
        .replacing("at: 3s", with: "at: 1500ms").replacing("for: 4s", with: "for: 2s"),
      to: "experiment.yaml")
  }
}
