import CommandLineParsing
import DockerEngine
import ExperimentDecoding
import ExperimentModel
import FaultInjection
import PacketCapture

/// The verb `chaos capture`.
struct CaptureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Write the packets of a container to a file.",
    discussion: """
      It listens in the container's network and disturbs nothing; the container needs no tool. It \
      ends by Ctrl-C, or after --for. Look at the file with 'chaos flows', tcpdump or Wireshark. A \
      name that ends in .pcap makes the old format; every other makes pcapng.
      """)

  @Argument(help: "The container's name or identifier, or its Compose service.")
  var target: String

  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The file.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp("Only these packets, such as 'tcp port 8000'.", valueName: "expression"),
    transform: { try CaptureFilter($0) })
  var filter: CaptureFilter?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("End after this long, such as 30s.", valueName: "duration"),
    transform: { try Duration(text: $0) })
  var duration: Duration?

  @Option(help: ArgumentHelp("Listen there, and not at all but lo.", valueName: "name"))
  var interface: [String] = []

  @Flag(help: "Write the machine's side of the cable too, to FILE-host.")
  var bothEnds = false

  @Flag(help: "Go on when the container starts anew, in FILE-2, FILE-3 and so on.")
  var follow = false

  @Option(
    help: ArgumentHelp("Begin a new file at this size, such as 64M.", valueName: "size"),
    transform: { try ByteCount(text: $0) })
  var rotateSize: ByteCount?

  @Option(
    help: ArgumentHelp("Begin a new file after this long, such as 60s.", valueName: "duration"),
    transform: { try Duration(text: $0) })
  var rotateTime: Duration?

  @Option(help: ArgumentHelp("Keep only so many files, the newest.", valueName: "n"))
  var keep: Int?

  mutating func validate() throws {
    if let duration, duration <= .zero {
      throw ValidationError("The value of '--for' must be longer than 0.")
    }
    if let rotateTime, rotateTime <= .zero {
      throw ValidationError("The value of '--rotate-time' must be longer than 0.")
    }
    if let keep {
      guard keep > 0 else { throw ValidationError("The value of '--keep' must be at least 1.") }
      guard rotateSize != nil || rotateTime != nil else {
        throw ValidationError("'--keep' needs '--rotate-size' or '--rotate-time'.")
      }
    }
  }

  mutating func run() throws {
    var container = try endingCommand { () throws(FaultError) in
      let container = try Surroundings.engine().container(meantBy: target)
      try container.requireVisibleNetwork()
      return container
    }
    // From here on a signal ends the capture, and not the command.
    let vigil = SystemVigil()
    vigil.holdSignals()
    let end = duration.map { vigil.uptimeSeconds + $0.inSeconds }
    var signal = try capture(container, to: output, until: end, vigil)
    var run = 1
    while follow, signal == nil, end ?? .infinity > vigil.uptimeSeconds {
      guard let next = nextRun(of: container, until: end, vigil, &signal) else { break }
      container = next
      run += 1
      signal = try capture(
        container, to: Capture.fileBeside(output, "\(run)"), until: end, vigil)
    }
    // Without --for a signal is the proper end.
    if let signal, duration != nil { throw ExitCode(128 + signal) }
  }

  /// Captures one run of a container to its end, or to that of the command; returns the signal that
  /// ended it.
  private func capture(
    _ container: Container, to path: String, until end: Double?, _ vigil: SystemVigil
  ) throws -> Int32? {
    var captures: [Capture] = []
    do throws(CaptureError) {
      for (point, path) in try points(of: container.state.pid, path) {
        captures.append(try Capture.start(at: point, to: path, settings: settings))
      }
    } catch {
      for capture in captures { _ = try? capture.stop() }
      throw error.asCommandFailure
    }
    ErrorStream.say("capturing \(container.name) to \(path); Ctrl-C ends it")
    let signal = wait(for: captures, until: end, vigil)
    for capture in captures {
      do throws(CaptureError) {
        let summary = try capture.stop()
        print(summary.sentence)
        for note in summary.notes { ErrorStream.say(note) }
      } catch {
        throw error.asCommandFailure
      }
    }
    return signal
  }

  /// Waits until a container has started anew; nil when it is gone, or something else ends it.
  private func nextRun(
    of container: Container, until end: Double?, _ vigil: SystemVigil, _ signal: inout Int32?
  ) -> Container? {
    while end ?? .infinity > vigil.uptimeSeconds {
      guard let next = try? Surroundings.engine().inspect(container.id) else { return nil }
      if next.state.isRunning, next.state.startedAt != container.state.startedAt { return next }
      signal = vigil.rest(seconds: 0.1)
      if signal != nil { return nil }
    }
    return nil
  }

  private var settings: Capture.Settings {
    var settings = Capture.Settings()
    settings.filter = filter
    if rotateSize != nil || rotateTime != nil {
      settings.rotation = Capture.Rotation(bytes: rotateSize?.bytes, age: rotateTime, keep: keep)
    }
    return settings
  }

  private func points(
    of pid: Int32, _ path: String
  ) throws(CaptureError) -> [(CapturePoint, String)] {
    let inside = (CapturePoint.inside(process: pid, interfaces: interface), path)
    guard bothEnds else { return [inside] }
    return [inside, (try CapturePoint.outside(process: pid), Capture.fileBeside(path, "host"))]
  }

  /// Waits for the end of the time, for a signal, or until all captures have ended by themselves.
  private func wait(
    for captures: [Capture], until end: Double?, _ vigil: SystemVigil
  ) -> Int32? {
    while captures.contains(where: { !$0.isOver }) {
      let left = end.map { $0 - vigil.uptimeSeconds } ?? 1
      guard left > 0 else { return nil }
      if let signal = vigil.rest(seconds: min(left, 0.2)) { return signal }
    }
    return nil
  }
}

extension CaptureError {
  /// The error as the end of a command: its sentence and its exit status.
  var asCommandFailure: CommandFailure {
    let code: ExitCode =
      switch kind {
      case .notUsable: ExitCode(65)
      case .notPermitted: ExitCode(77)
      case .failed: .internalFailure
      }
    return CommandFailure("\(self).", exitCode: code)
  }
}
