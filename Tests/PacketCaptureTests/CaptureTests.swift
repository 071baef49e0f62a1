import FoundationEssentials
import Glibc
import LabTestSupport
import PacketCapture
import Testing

/// Whether this process may listen at an interface.
private let mayListen: Bool = {
  let descriptor = socket(PF_PACKET, Int32(SOCK_RAW.rawValue), 0)
  if descriptor >= 0 { close(descriptor) }
  return descriptor >= 0
}()

@Suite(.enabled(if: mayListen, "only root may listen at an interface"))
struct CaptureTests {
  private static let loopback = CapturePoint(namespace: nil, interfaces: ["lo"])

  /// A connection on the loopback, in which one request is answered.
  private struct Visit {
    let listener: Int32
    let port: UInt16

    init() throws {
      listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let done = withUnsafeMutablePointer(to: &address) { [listener] pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          bind(listener, address, length) == 0 && listen(listener, 16) == 0
            && getsockname(listener, address, &length) == 0
        }
      }
      try #require(done)
      port = UInt16(bigEndian: address.sin_port)
    }

    func make(bodyBytes: Int) throws {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let status = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(status == 0)
      let server = accept(listener, nil, nil)
      send(client, "GET /visit HTTP/1.1\r\n\r\n")
      var buffer = [UInt8](repeating: 0, count: 65_536)
      _ = read(server, &buffer, buffer.count)
      let body = String(repeating: "x", count: bodyBytes)
      send(server, "HTTP/1.1 200 OK\r\nContent-Length: \(bodyBytes)\r\n\r\n\(body)")
      var received = 0
      while received < bodyBytes { received += max(1, read(client, &buffer, buffer.count)) }
      close(server)
      close(client)
    }

    func end() { close(listener) }

    private func send(_ descriptor: Int32, _ text: String) {
      let bytes = Array(text.utf8)
      _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
  }

  private func settings(port: UInt16) throws -> Capture.Settings {
    var settings = Capture.Settings()
    settings.filter = try CaptureFilter("tcp port \(port)")
    settings.ringBytes = 4 << 20
    return settings
  }

  @Test(arguments: ["visit.pcapng", "visit.pcap"])
  func `what passes an interface is in the file, whole and in order`(name: String) throws {
    let folder = try TemporaryFolder()
    let visit = try Visit()
    defer { visit.end() }
    let path = "\(folder.path)/\(name)"
    let capture = try Capture.start(
      at: Self.loopback, to: path, settings: settings(port: visit.port))
    try visit.make(bodyBytes: 20_000)
    #expect(!capture.isOver)
    let summary = try capture.stop()
    let report = try FlowReport(reading: path)
    #expect(summary.captured == report.captured)
    #expect(summary.dropped == 0)
    #expect(summary.files == [path])
    #expect(summary.interfaces == ["lo"])
    #expect(summary.ending == nil)
    #expect(report.saysDropped == (name == "visit.pcapng"))
    let flow = try #require(report.flows.first)
    #expect(report.flows.count == 1)
    #expect(flow.server == "127.0.0.1:\(visit.port)")
    #expect(flow.handshakeMilliseconds != nil)
    #expect(flow.requests.map(\.path) == ["/visit"])
    #expect(flow.requests.map(\.status) == [200])
    #expect(flow.requests[0].totalMilliseconds != nil)
    #expect(flow.retransmissions == 0)
    #expect(try capture.stop() == summary, "asked twice it says the same")
  }

  @Test func `files that are full are followed by others, and only the newest are kept`() throws {
    let folder = try TemporaryFolder()
    let visit = try Visit()
    defer { visit.end() }
    var settings = try settings(port: visit.port)
    settings.rotation = Capture.Rotation(bytes: 30_000, keep: 2)
    let capture = try Capture.start(
      at: Self.loopback, to: "\(folder.path)/round.pcapng", settings: settings)
    for _ in 0..<6 { try visit.make(bodyBytes: 20_000) }
    let summary = try capture.stop()
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(kept.count == 2)
    #expect(summary.files == kept.map { "\(folder.path)/\($0)" })
    #expect(kept.allSatisfy { $0.hasPrefix("round-0000") && $0.hasSuffix(".pcapng") })
    for file in summary.files { #expect(try FlowReport(reading: file).cutShort == nil) }
  }

  @Test func `what cannot be had is refused in one sentence, and the file stays as it was`() throws
  {
    let folder = try TemporaryFolder()
    let path = try folder.write("precious", to: "old.pcapng")
    let nowhere = CapturePoint(namespace: nil, interfaces: ["no-such-if"])
    let missing = #expect(throws: CaptureError.self) { try Capture.start(at: nowhere, to: path) }
    #expect(missing?.kind == .notUsable)
    #expect(
      missing?.description.hasPrefix("the interface no-such-if cannot be listened at") == true)
    let gone = CapturePoint(namespace: "\(folder.path)/no-namespace")
    let absent = #expect(throws: CaptureError.self) { try Capture.start(at: gone, to: path) }
    #expect(absent?.kind == .notUsable)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == "precious")
    let unwritable = #expect(throws: CaptureError.self) {
      try Capture.start(at: Self.loopback, to: "\(folder.path)/no/file.pcapng")
    }
    #expect(unwritable?.description.contains("cannot be written") == true)
  }

  @Test func `a filter that makes no sense is refused with the reason`() {
    let failure = #expect(throws: CaptureError.self) { try CaptureFilter("tcp prt 80") }
    #expect(failure?.kind == .notUsable)
    #expect(failure?.description.contains("syntax error") == true)
  }

  @Test func `a second file lies beside the first`() {
    #expect(Capture.fileBeside("a/lab.pcapng", "host") == "a/lab-host.pcapng")
    #expect(Capture.fileBeside("a.b/lab", "host") == "a.b/lab-host")
    #expect(Capture.fileBeside(".pcap", "host") == ".pcap-host")
  }
}
