/// The name of a signal of Linux, such as `SIGTERM`.
struct SignalName: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The name with `SIG` in front, as the engine takes it.
  let description: String

  /// The names in the order of their numbers, from 1 (`signal(7)`, the numbers of x86 and ARM).
  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
  ]

  /// Reads `TERM`, `SIGTERM` or `15`, in any case of letters.
  ///
  /// - Throws: a sentence that names what is accepted.
  init(text: String) throws(FaultError) {
    if let number = Int(text), Self.names.indices.contains(number - 1) {
      description = "SIG" + Self.names[number - 1]
      return
    }
    let upper = text.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    guard Self.names.contains(name) else {
      let near = nearestName(to: name, among: Self.names).map { "; did you mean SIG\($0)?" }
      throw FaultError(
        .notUsable,
        "there is no signal \(text)"
          + (near ?? "; write a name such as SIGTERM or TERM, or a number from 1 to 31"))
    }
    description = "SIG" + name
  }

  /// The name of a signal by its number; the number itself when it has none.
  static func of(_ number: Int32) -> String {
    names.indices.contains(Int(number) - 1) ? "SIG" + names[Int(number) - 1] : "signal \(number)"
  }

  /// Whether its default action stops a process without ending it.
  var freezes: Bool { ["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"].contains(description) }
}
