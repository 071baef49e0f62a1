/// One complaint about a file, at its place.
public struct Diagnostic: Sendable, Hashable {
  /// The file, as it was named to the decoder; or the option of the command line.
  public let file: String
  /// The line, counted from 1; a complaint about the file as a whole stands on line 1, one about
  /// an option on line 0.
  public let line: Int
  /// The column in characters, counted from 1.
  public let column: Int
  /// What is wrong and what to do about it, in one sentence.
  public let message: String

  /// Makes a complaint.
  public init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
}

extension Diagnostic: Comparable {
  /// Orders complaints by file and place.
  public static func < (left: Diagnostic, right: Diagnostic) -> Bool {
    (left.file, left.line, left.column, left.message)
      < (right.file, right.line, right.column, right.message)
  }
}

extension Diagnostic: CustomStringConvertible {
  /// The complaint as compilers write it, so that editors can jump to its place.
  public var description: String {
    isOfOption ? "\(file): \(message)" : "\(file):\(line):\(column): \(message)"
  }

  /// Whether it is about an option of the command line and not about a file.
  public var isOfOption: Bool { line == 0 }
}

/// Everything that is wrong with a file.
///
/// Each of these is the fault of an input, also when a file is missing or cannot be read: a command
/// that meets them ends with status 65.
public struct Diagnostics: Error, Sendable, Hashable {
  /// The complaints in the order of their places; never empty.
  ///
  /// Past ``Limits/diagnostics`` complaints the rest is only counted.
  public let all: [Diagnostic]
  /// How many complaints there are besides those in ``all``.
  public let uncollected: Int

  /// Gathers complaints, in any order.
  public init(_ complaints: [Diagnostic], uncollected: Int = 0) {
    precondition(!complaints.isEmpty, "a refusal has at least one reason")
    all = complaints.sorted()
    self.uncollected = uncollected
  }
}

extension Diagnostics: CustomStringConvertible {
  /// The first complaints, a line each, and how many more there are.
  public var description: String {
    var lines = all.prefix(Limits.shownDiagnostics).map(\.description)
    let more = all.count - lines.count + uncollected
    if more > 0 { lines.append("… and \(more) more") }
    return lines.joined(separator: "\n")
  }
}
