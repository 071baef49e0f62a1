import ExperimentModel
import SimulationEngine

/// What a container engine makes of the probes of one container: Docker's health check.
///
/// It marks a state and does nothing by itself; the balancer does not know of it. The first probe
/// comes an interval after the start, each next one an interval after the end of the one before.
/// Sources: moby, `daemon/health.go`; a paused container is not probed (`updateHealthMonitor`).
struct HealthMonitor: BitwiseCopyable {
  private let interval, timeout, startPeriod: Nanoseconds
  /// How many failures in a row make the container unhealthy; 0 for no health check.
  private let retries: Int
  private(set) var status = Status.starting
  private var failures = 0
  private var started = Instant.zero
  private var began = Instant.zero
  /// The probe whose answer is waited for; `none` also for one that could not be put into words.
  private var probe = RequestIndex.none
  /// When the next probe is due, and when the one under way has had its time; never for none.
  private(set) var nextProbe = Instant.never
  private(set) var deadline = Instant.never

  enum Status: UInt8, BitwiseCopyable { case starting, healthy, unhealthy }

  init(_ check: HealthCheck?) {
    interval = Nanoseconds(check?.interval.nanoseconds ?? 0)
    timeout = Nanoseconds(check?.timeout.nanoseconds ?? 0)
    startPeriod = Nanoseconds(check?.startPeriod.nanoseconds ?? 0)
    retries = check?.retries ?? 0
  }

  /// Whether there is a health check at all.
  var exists: Bool { retries > 0 }

  /// While a container has just been started it is probed more often, each five seconds.
  private static var startInterval: Nanoseconds { Nanoseconds(5_000_000_000) }

  /// The container has been started.
  mutating func start(at time: Instant) {
    status = .starting
    failures = 0
    started = time
    resume(at: time)
  }

  /// Probes go on after a pause.
  mutating func resume(at time: Instant) {
    let untilEnd = started + startPeriod - time
    let isYoung = status == .starting && untilEnd > .zero
    nextProbe = time + (isYoung ? min(HealthMonitor.startInterval, untilEnd) : interval)
  }

  /// Probes stop: the container is down or paused.
  mutating func stop() {
    probe = .none
    nextProbe = .never
    deadline = .never
  }

  /// A probe begins.
  mutating func begin(_ request: RequestIndex, at time: Instant) {
    probe = request
    began = time
    nextProbe = .never
    deadline = time + timeout
  }

  /// Whether somebody waits for the answer to a probe.
  func awaits(_ request: RequestIndex) -> Bool { deadline != .never && probe == request }

  /// The probe under way has ended: the state of the container, when that is news.
  mutating func conclude(hasPassed: Bool, at time: Instant) -> Status? {
    let before = status
    if hasPassed {
      failures = 0
      status = .healthy
    } else if status != .starting || began - started >= startPeriod {
      failures += 1
      if failures >= retries { status = .unhealthy }
    }
    probe = .none
    deadline = .never
    resume(at: time)
    return status == before ? nil : status
  }
}
