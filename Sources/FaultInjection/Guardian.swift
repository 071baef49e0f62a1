import FoundationEssentials

/// The process that undoes a fault on time when the one that made it is dead.
///
/// It sleeps until the time that the entry names, gives a living owner a moment to do it itself,
/// and heals. It leaves when the entry is gone.
public struct Guardian {
  /// How long a living owner may be late, in seconds.
  static let graceSeconds = 2.0
  /// How often the guardian looks whether it is still needed, in seconds.
  static let glanceSeconds = 0.5
  /// How long the guardian keeps trying when the engine does not answer, in seconds.
  public static let persistenceSeconds = 600.0
  /// The longest time between two attempts, in seconds.
  static let longestBackoffSeconds = 15.0

  private let id: String
  private let ledger: Ledger
  private let healer: Healer
  private let vigil: any Vigil
  private let log: (String) -> Void

  /// Makes a guardian over one entry; `log` takes its sentences.
  public init(
    over id: String, ledger: Ledger, healer: Healer, vigil: any Vigil,
    log: @escaping (String) -> Void
  ) {
    self.id = id
    self.ledger = ledger
    self.healer = healer
    self.vigil = vigil
    self.log = log
  }

  /// Says that the guardian stands ready, and lets go of every file that it inherited.
  public static func reportReady() { Companion.reportReady() }

  /// Stands guard until there is nothing left to undo, or until it gives up.
  ///
  /// - Parameter reportReady: says so when the fault may begin.
  /// - Throws: why the fault is still in force; its entry is kept.
  public func stand(reportReady: () -> Void) throws(FaultError) {
    vigil.holdSignals()
    reportReady()
    guard try waitUntilDue() else { return }
    try healPersistently()
  }

  /// Returns whether there is something to heal now.
  private func waitUntilDue() throws(FaultError) -> Bool {
    let (startWall, startUptime) = (vigil.now, vigil.uptimeSeconds)
    while let entry = try ledger.entry(id) {
      guard let until = entry.until else {
        // Nobody knows when it ends but its owner.
        if !entry.owner.isAlive { return true }
        if rest(Self.glanceSeconds) { return true }
        continue
      }
      // Whichever clock says so first: a wall clock that is put back must not make it later.
      let span = until.timeIntervalSince(startWall)
      let remaining = min(
        until.timeIntervalSince(vigil.now), startUptime + span - vigil.uptimeSeconds)
      if remaining <= 0 { return try waitForOwner(entry) }
      if rest(min(Self.glanceSeconds, remaining)) { return true }
    }
    return false
  }

  /// Waits so many seconds; returns whether a signal wants the fault to end now.
  private func rest(_ seconds: Double) -> Bool {
    guard let signal = vigil.rest(seconds: seconds) else { return false }
    log("\(id): \(SignalName.of(signal)) arrived, so the fault is undone early")
    return true
  }

  private func waitForOwner(_ entry: LedgerEntry) throws(FaultError) -> Bool {
    let end = vigil.uptimeSeconds + Self.graceSeconds
    while entry.owner.isAlive, vigil.uptimeSeconds < end {
      if try ledger.entry(id) == nil { return false }
      if vigil.rest(seconds: 0.05) != nil { break }
    }
    return true
  }

  private func healPersistently() throws(FaultError) {
    let end = vigil.uptimeSeconds + Self.persistenceSeconds
    var backoff = 0.25
    while true {
      do throws(FaultError) {
        if case .healed(let entry, let reversal) = try healer.heal(id) {
          log("\(id): \(reversal.sentence(about: entry.target.name, entry.undo))")
        }
        return
      } catch {
        guard vigil.uptimeSeconds + backoff < end else {
          throw error.adding("; \(id) is still in force, and chaos heal \(id) undoes it")
        }
        log("\(id): \(error); the next attempt is in \(backoff) s")
      }
      vigil.pause(seconds: backoff)
      backoff = min(backoff * 2, Self.longestBackoffSeconds)
    }
  }
}
