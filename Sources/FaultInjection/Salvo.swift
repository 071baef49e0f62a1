import DockerEngine
import ExperimentModel

/// One fault on several containers at once, each with an entry and a guardian of its own.
///
/// Either it begins at all of them or at none: who cannot be disturbed is found before anything is
/// changed, and what has begun is undone when another fails to begin.
public final class Salvo {
  /// The fault at each of its targets.
  public let injections: [Injection]
  private let vigil: any Vigil
  private let notify: (Injection.Notice) -> Void
  private var failures: [FaultError?]

  /// Prepares a fault on the containers with these identifiers; nothing is changed yet.
  ///
  /// - Throws: a sentence about parameters that cannot be meant.
  public convenience init(
    _ fault: Fault, for duration: Duration?, on identifiers: [String], in world: Injection.World,
    onRestart: OnRestart = .follow, notify: @escaping (Injection.Notice) -> Void = { _ in }
  ) throws(FaultError) {
    self.init(
      try FaultCatalog.injector(for: fault), for: duration, on: identifiers, in: world,
      onRestart: onRestart, notify: notify)
  }

  /// Prepares an effect whose injector somebody has made already.
  public init(
    _ injector: any Injector, for duration: Duration?, on identifiers: [String],
    in world: Injection.World, onRestart: OnRestart = .follow,
    notify: @escaping (Injection.Notice) -> Void = { _ in }
  ) {
    precondition(!identifiers.isEmpty, "a salvo has targets")
    injections = identifiers.map {
      Injection(injector, for: duration, on: $0, in: world, onRestart: onRestart, notify: notify)
    }
    self.notify = notify
    vigil = world.vigil
    failures = injections.map { _ in nil }
  }

  /// The signal that ended it early, even where it could not be undone; nil when none did.
  public var interruption: Int32? {
    injections.lazy.compactMap { injection in
      if case .signal(let signal) = injection.ending { signal } else { nil }
    }.first
  }

  /// What the fault would do, one line each; only reads.
  public func dryRun() throws(FaultError) -> [String] {
    var lines: [String] = []
    for injection in injections { lines += try injection.dryRun().dropLast() }
    return lines + ["nothing was changed"]
  }

  /// Walks the whole path, and gives an account of each target, or says what went wrong with it.
  ///
  /// - Throws: one sentence when the fault did not begin; then nothing is left of it.
  public func run() throws(FaultError) -> [Result<Account, FaultError>] {
    try begin()
    while !look() {
      let left = injections.compactMap(\.secondsLeft).min()
      notify(.remaining(seconds: left))
      if let signal = vigil.rest(seconds: max(0, min(left ?? 0.1, 0.1))) {
        end(by: signal)
      }
    }
    notify(.over)
    return finish()
  }

  /// Makes the fault at all targets.
  ///
  /// - Throws: one sentence when it did not begin at one of them; then it is undone at the others.
  public func begin() throws(FaultError) {
    for stage in [Injection.Stage.resolve, .writeUndo, .standGuard] {
      for injection in injections {
        precondition(injection.next == stage, "a salvo begins once, and all of it together")
        do throws(FaultError) {
          try injection.advance()
        } catch {
          throw abandoned(after: error)
        }
      }
    }
    try apply()
  }

  /// Makes the fault at all targets at once.
  private func apply() throws(FaultError) {
    var deeds: [@Sendable () -> Injection.Performance] = []
    for injection in injections {
      do throws(FaultError) {
        deeds.append(try injection.preparedDeed())
      } catch {
        throw abandoned(after: error)
      }
    }
    var failure: FaultError?
    for (injection, performance) in zip(injections, atOnce(deeds)) {
      do throws(FaultError) {
        try injection.note(performance)
        injection.next = .wait
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw abandoned(after: failure) }
  }

  /// Looks after the fault, undoes it where its time is over, and returns whether all is undone.
  ///
  /// It is quick, and made to be asked about ten times in a second.
  public func look() -> Bool {
    undo(injections.indices.filter { injections[$0].next == .wait && injections[$0].isOver() })
    return injections.allSatisfy { $0.next != .wait }
  }

  /// Undoes the fault now, because of this signal.
  public func end(by signal: Int32) {
    let open = injections.indices.filter { injections[$0].next == .wait }
    for index in open { injections[index].interrupt(by: signal) }
    undo(open)
  }

  /// Looks how the targets are afterwards.
  public func finish() -> [Result<Account, FaultError>] {
    injections.indices.map { index in
      if let failure = failures[index] { return .failure(failure) }
      do throws(FaultError) {
        return .success(try injections[index].run())
      } catch {
        return .failure(error)
      }
    }
  }

  /// Undoes the fault at these targets at once.
  private func undo(_ indices: [Int]) {
    var undone: [Int] = []
    var undos: [@Sendable () -> Injection.Undoing] = []
    for index in indices {
      note(index) { injection throws(FaultError) in try injection.endWaiting() }
      guard let undo = injections[index].preparedUndo() else { continue }
      undone.append(index)
      undos.append(undo)
    }
    for (index, undoing) in zip(undone, atOnce(undos)) {
      note(index) { injection throws(FaultError) in try injection.note(undoing) }
    }
  }

  /// Takes a step of one target towards its end, and notes what went wrong.
  private func note(_ index: Int, _ step: (Injection) throws(FaultError) -> Void) {
    let injection = injections[index]
    do throws(FaultError) {
      try step(injection)
      injection.next = .verify
    } catch {
      failures[index] = error
      injection.next = nil
    }
  }

  /// Undoes what has begun, and completes the sentence about what did not begin.
  private func abandoned(after error: FaultError) -> FaultError {
    var failures: [FaultError] = []
    var begun = false
    for index in injections.indices {
      do throws(FaultError) {
        if injections[index].next == .wait {
          begun = true
          try injections[index].revert()
        } else {
          try injections[index].withdraw()
        }
      } catch {
        failures.append(error)
      }
    }
    if let failure = failures.first { return error.adding("; and \(failure)") }
    return begun ? error.adding("; what had begun at other targets was undone") : error
  }
}
