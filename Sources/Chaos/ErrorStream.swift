import DockerEngine
import FaultInjection
import FoundationEssentials
import Glibc

/// What is said beside the results: notes, and a line that counts down on a terminal.
struct ErrorStream {
  /// What there is to say about the target before anything happens to it.
  let remark: (Container) -> String?

  private static let clearLine = "\r\u{1B}[K"
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var shownSeconds: Int?
  private var targets: [String] = []
  private var condition = ""

  /// Makes a stream for one fault.
  init(remark: @escaping (Container) -> String? = { _ in nil }) {
    self.remark = remark
  }

  /// Says one sentence on a line of its own.
  static func say(_ sentence: String) {
    put(sentence + "\n")
  }

  /// Says which containers were left out because they are protected.
  static func sayWhoIsSpared(_ names: [String]) {
    guard !names.isEmpty else { return }
    say("Left out, because chaos.protect=true protects them: \(names.joined(separator: ", ")).")
  }

  /// Shows how a fault goes on.
  mutating func show(_ notice: Injection.Notice) {
    switch notice {
    case .resolved(let container):
      if let remark = remark(container) { Self.say(remark) }
    case .applied(let target, let condition, let entry):
      targets = targets.filter { $0 != target } + [target]
      self.condition = condition
      guard let entry, isTerminal else { return }
      let until = entry.until.map { "until \(clockTime($0))" } ?? "until Ctrl-C"
      Self.say("\(entry.id) is in force \(until)")
    case .remaining(let seconds):
      guard let seconds else { return }
      let whole = Int(seconds.rounded(.up))
      guard isTerminal, whole != shownSeconds else { return }
      shownSeconds = whole
      let who = targets.count > 2 ? "\(targets.count) targets" : targets.joined(separator: ", ")
      Self.put("\(Self.clearLine)\(who): \(condition), \(whole) s left (Ctrl-C heals it now)")
    case .healing(let target, _):
      if isTerminal { Self.put(Self.clearLine) }
      Self.say("interrupted: healing \(target) first")
    case .over:
      if isTerminal, shownSeconds != nil { Self.put(Self.clearLine) }
      targets = []
      shownSeconds = nil
    }
  }

  /// Writes a text as it is.
  static func put(_ text: String) {
    let bytes = Array(text.utf8)
    // Nobody may be listening any more; that is no reason to stop.
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
