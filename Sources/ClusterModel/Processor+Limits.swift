import SimulationEngine

/// What faults do to a CPU: other limits, competing load, a standstill.
extension Processor {
  /// Sets the quota in cores; infinity for none.
  ///
  /// As in the kernel (`tg_set_cfs_bandwidth`) the new quota is there at once, whatever was spent
  /// of the old one, and the grid of periods stays as it was.
  package mutating func setLimit(cpus: Double, at time: Instant) {
    advance(to: time)
    usage.offered += capacity * Double((time - usage.offeredFrom).count)
    usage.offeredFrom = time
    quota = cpus * Double(Processor.period.count)
    if !quota.isFinite {
      periodEnd = .never
    } else if periodEnd == .never {
      periodEnd = time + Processor.period
    } else if time >= periodEnd {
      refill(at: time)
    }
    isThrottled = false
    quotaLeft = quota
  }

  /// Lets so many other threads run all the time, under the same limit and on the same cores.
  package mutating func setCompetitors(_ threads: Double, at time: Instant) {
    advance(to: time)
    if jobs.count == 0 && time >= periodEnd { refill(at: time) }
    competitors = threads
  }

  /// Accounts for a span in which only competitors ran: no event marks when they spend the quota.
  @inline(never)
  mutating func competeAlone(for elapsed: Double) {
    if isFrozen || elapsed == 0 { return }
    let drain = min(competitors, cores)
    guard quota.isFinite else { return usage.used += drain * elapsed }
    if now >= periodEnd {
      let ended = (now - periodEnd).count / Processor.period.count
      let intoPeriod = Double((now - periodEnd).count % Processor.period.count)
      compete(for: elapsed - Double((now - periodEnd).count), drain)
      let each = min(quota, drain * Double(Processor.period.count))
      usage.used += Double(ended) * each
      refill(at: now)
      compete(for: intoPeriod, drain)
    } else {
      compete(for: elapsed, drain)
    }
  }

  /// Competitors run for a part of one period, or until the quota is spent.
  private mutating func compete(for span: Double, _ drain: Double) {
    if isThrottled { return }
    let spent = min(drain * span, quotaLeft)
    usage.used += spent
    quotaLeft -= spent
    // Less than half a nanosecond is what rounding has left.
    if quotaLeft < 0.5 { isThrottled = true }
  }

  /// Stops all work, as the freezer of a control group does; nothing is lost.
  mutating func freeze(at time: Instant) {
    advance(to: time)
    isFrozen = true
  }

  /// Lets the work go on where it stopped; the quota has been refilled meanwhile.
  mutating func thaw(at time: Instant) {
    advance(to: time)
    isFrozen = false
    if time >= periodEnd { refill(at: time) }
  }

  /// How many cores it can use in the long run.
  var capacity: Double { min(cores, quota / Double(Processor.period.count)) }

  /// The part of what it could do that it did in a span: CPU time used over CPU time available, or
  /// the time it was busy where any amount is available.
  func utilization(over span: Nanoseconds) -> Double {
    guard span > .zero else { return 0 }
    let available =
      usage.offered + capacity * Double(max(0, (now - usage.offeredFrom).count))
    guard available.isFinite else { return min(1, usage.busy / Double(span.count)) }
    // The first period may give its whole quota in less than its length.
    return available > 0 ? min(1, usage.used / available) : 0
  }
}
