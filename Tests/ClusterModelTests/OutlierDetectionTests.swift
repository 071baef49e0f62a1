import ClusterModel
import SimulationEngine
import Testing

@Suite struct OutlierDetectionTests {
  static func settings(_ failures: Int32 = 3, percent: Int = 50) -> OutlierDetection.Settings {
    var settings = OutlierDetection.Settings()
    settings.consecutiveFailures = failures
    settings.interval = Nanoseconds(1_000_000_000)
    settings.baseEjection = Nanoseconds(2_000_000_000)
    settings.mostEjectedPercent = percent
    return settings
  }

  static func time(_ seconds: Double) -> Instant {
    .zero + Nanoseconds(nearest: seconds * 1e9)
  }

  static let host = BackendIndex(1)

  /// The time of the next tick that brings a host back; nil when none of the next hundred does.
  static func returns(in detection: inout OutlierDetection) -> Instant? {
    for _ in 0..<100 {
      let time = detection.nextTick
      if detection.tick() { return time }
    }
    return nil
  }

  @Test func `the third failure in a row ejects, and a good answer in between does not count`() {
    var detection = OutlierDetection(Self.settings(), hosts: 3)
    let results: [AttemptResult] = [
      .answered(500), .answered(503), .answered(200), .refused, .readTimeout, .answered(404),
      .brokeOff, .connectTimeout,
    ]
    for result in results {
      let isEjected = detection.observe(result, of: Self.host, at: Self.time(0.1))
      #expect(!isEjected)
    }
    let isEjected = detection.observe(.answered(500), of: Self.host, at: Self.time(0.1))
    let isOut = detection.isEjected(Self.host)
    #expect(isEjected && isOut)
  }

  @Test func `a host comes back at the first tick after its time, and stays out longer each time`()
  {
    var detection = OutlierDetection(Self.settings(1), hosts: 2)
    _ = detection.observe(.refused, of: Self.host, at: Self.time(0.8))
    let first = Self.returns(in: &detection)
    #expect(first == Self.time(3))
    // The second ejection lasts twice as long: until 7.5 s, and the tick after it.
    _ = detection.observe(.refused, of: Self.host, at: Self.time(3.5))
    let second = Self.returns(in: &detection)
    let isOut = detection.isEjected(Self.host)
    #expect(second == Self.time(8) && !isOut)
  }

  @Test func `not more than the percentage is ejected, and with few hosts that may be nobody`() {
    var strict = OutlierDetection(Self.settings(1, percent: 10), hosts: 3)
    let isEjected = strict.observe(.refused, of: Self.host, at: .zero)
    let isOut = strict.isEjected(Self.host)
    #expect(!isEjected && !isOut)
    var settings = Self.settings(1, percent: 10)
    settings.alwaysEjectsOne = true
    var lenient = OutlierDetection(settings, hosts: 3)
    let first = lenient.observe(.refused, of: Self.host, at: .zero)
    let second = lenient.observe(.refused, of: BackendIndex(2), at: .zero)
    #expect(first && !second)
  }

  @Test func `a recorded run picks only hosts that are in, and the ejected one when it is back`()
    throws
  {
    let recording = try EnvoyRecording("envoy-outlier-consecutive5xx")
    // When the intervals of the recorded program began is not known.
    let isMet = stride(from: -1.0, to: 0, by: 0.05).contains { start in
      var detection = OutlierDetection(Self.settings(), hosts: 3, from: Self.time(start + 1))
      var turn: Int?
      for step in recording.steps where step.op == "request" {
        let now = Self.time(step.t)
        while detection.nextTick <= now { _ = detection.tick() }
        var hosts: [Int] = []
        for host in 0..<3 where !detection.isEjected(BackendIndex(host)) { hosts.append(host) }
        guard let picked = recording.servers.firstIndex(where: { $0.name == step.server }) else {
          return false
        }
        // The index goes on over whoever is in; where it starts is drawn.
        let index = turn ?? picked
        if hosts[index % hosts.count] != picked { return false }
        turn = index + 1
        let result = AttemptResult.answered(UInt16(step.status ?? 200))
        _ = detection.observe(result, of: BackendIndex(picked), at: now)
      }
      return true
    }
    #expect(isMet)
  }
}
