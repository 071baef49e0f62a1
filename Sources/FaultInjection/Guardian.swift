import DockerEngine
import FoundationEssentials

/// The process that undoes a fault on time when the one that made it is dead.
///
/// It sleeps until the time that the entry names, gives a living owner a moment to do it itself,
/// and heals. Meanwhile it makes the fault again in a container that starts anew, when the owner
/// is dead. It leaves when the entry is gone.
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

  /// Waits until the entry is on the disk, or until whoever was to write it is dead.
  public static func awaitEntry() { _ = Companion.awaitBeginning() }

  /// Stands guard until there is nothing left to undo, or until it gives up.
  ///
  /// - Parameters:
  ///   - reportReady: says so when the fault may begin.
  ///   - awaitEntry: returns when it is known whether there is an entry to guard.
  /// - Throws: why the fault is still in force; its entry is kept.
  public func stand(
    reportReady: () -> Void, awaitEntry: () -> Void = {}
  ) throws(FaultError) {
    vigil.holdSignals()
    reportReady()
    awaitEntry()
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
      if remaining <= 0 { return waitForOwner(entry) }
      if !entry.owner.isAlive { follow(entry, secondsLeft: remaining) }
      if rest(min(Self.glanceSeconds, remaining)) { return true }
    }
    return false
  }

  /// Makes the fault again where its container has started anew, in the place of its owner.
  private func follow(_ entry: LedgerEntry, secondsLeft: Double) {
    guard let injector = entry.again?.injector else { return }
    do throws(FaultError) {
      let address = try FaultError.ofEngine { () throws(EngineError) in
        try EngineAddress(text: entry.engine)
      }
      let run = try entry.run { () throws(EngineError) in try healer.connect(address) }
      guard case .isAnother(let container) = run else { return }
      let engine = try FaultError.ofEngine { () throws(EngineError) in
        try healer.connect(address)
      }
      let follower = Follower(
        injector: injector, site: Site(engine: engine, host: healer.host, ledger: ledger),
        vigil: vigil)
      if case .followed = try follower.follow(entry, into: container, secondsLeft: secondsLeft) {
        log("\(id): \(entry.target.name) was started anew, and \(injector.deed) again")
      }
    } catch {
      // It is tried again at the next glance, until the time of the fault is over.
      log("\(id): it could not be made again: \(error)")
    }
  }

  /// Waits so many seconds; returns whether a signal wants the fault to end now.
  private func rest(_ seconds: Double) -> Bool {
    guard let signal = vigil.rest(seconds: seconds) else { return false }
    log("\(id): \(SignalName.of(signal)) arrived, so the fault is undone early")
    return true
  }

  private func waitForOwner(_ entry: LedgerEntry) -> Bool {
    let end = vigil.uptimeSeconds + Self.graceSeconds
    while entry.owner.isAlive, vigil.uptimeSeconds < end {
      if !ledger.holds(id) { return false }
      if vigil.rest(seconds: 0.05) != nil { break }
    }
    return true
  }

  private func healPersistently() throws(FaultError) {
    let end = vigil.uptimeSeconds + Self.persistenceSeconds
    var backoff = 0.25
    while true {
      do throws(FaultError) {
        switch try healer.heal(id) {
        case .healed(let entry, let reversal):
          log("\(id): \(reversal.sentence(about: entry.target.name, entry.undo))")
        case .healedButRecorded(let entry, let reversal, let reason):
          let sentence = reversal.sentence(about: entry.target.name, entry.undo)
          log("\(id): \(reason.following(sentence))")
        case .notInForce: break
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
