import DockerEngine
import Testing

@Suite struct AddressTests {
  private func refusal(of text: String) -> String {
    do throws(EngineError) {
      return "accepted as \(try EngineAddress(text: text))"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ("unix:///run/a.sock", EngineAddress.unix(path: "/run/a.sock")),
    ("ssh://me@host:2222", .ssh(destination: "me@host:2222")),
    ("tcp://10.0.0.1:2375", .tcp(authority: "10.0.0.1:2375")),
    ("tcp://10.0.0.1", .tcp(authority: "10.0.0.1:2375")),
    ("tcp://[::1]", .tcp(authority: "[::1]:2375")),
    ("tcp://[::1]:99/", .tcp(authority: "[::1]:99")),
  ])
  func `an address is read as DOCKER_HOST spells it`(text: String, address: EngineAddress) throws {
    #expect(try EngineAddress(text: text) == address)
  }

  @Test func `an address survives being written down`() throws {
    for text in ["unix:///run/a.sock", "tcp://host:1", "ssh://me@host"] {
      #expect(try EngineAddress(text: text).description == text)
    }
  }

  @Test(arguments: ["ssh://", "ssh://-oProxyCommand=x", "ssh://a/b", "ssh://a b"])
  func `a login that cannot be meant is refused`(text: String) {
    #expect(refusal(of: text).contains("write ssh://user@host"))
  }

  @Test(arguments: ["", "/run/a.sock", "unix://a.sock", "tcp://", "tcp://a/b", "ftp://a"])
  func `an address that cannot be used is refused`(text: String) {
    #expect(refusal(of: text).contains("which cannot be used: "))
  }

  @Test func `a path too long for a socket is refused`() {
    let path = "/" + String(repeating: "a", count: 107)
    #expect(refusal(of: "unix://" + path).contains("at most 107 bytes"))
    #expect(refusal(of: "unix://" + path.dropLast()).hasPrefix("accepted"))
  }

  @Test func `Docker's socket comes before those of Podman`() throws {
    let found = try EngineAddress.candidates(in: ["XDG_RUNTIME_DIR": "/run/user/7"])
    #expect(
      found.map(\.description) == [
        "unix:///var/run/docker.sock", "unix:///run/podman/podman.sock",
        "unix:///run/user/7/podman/podman.sock",
      ])
  }

  @Test func `DOCKER_HOST stands alone`() throws {
    let found = try EngineAddress.candidates(in: ["DOCKER_HOST": "tcp://a:1", "DOCKER_TLS": "1"])
    #expect(found == [.tcp(authority: "a:1")])
  }

  @Test func `encryption is refused and not left out`() {
    #expect(throws: EngineError.self) {
      try EngineAddress.candidates(in: ["DOCKER_HOST": "tcp://a:1", "DOCKER_TLS_VERIFY": "1"])
    }
  }
}
