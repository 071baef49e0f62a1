import CommandLineParsing
import ExperimentModel

/// Values that one place of a file takes in turn: `balancer.passive.max_fails=1,3`, or as a range
/// `clients.users.open.rate=100/s..500/s:100/s`.
struct Variation: ExpressibleByArgument {
  let path: String
  let values: [String]

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
    path = String(argument[..<sign])
    let text = argument[argument.index(after: sign)...]
    if text.contains("..") && !text.contains(",") {
      values = ValueRange(text)?.texts ?? []
    } else {
      values = separated(text)
    }
    guard !values.isEmpty, values.allSatisfy({ !$0.isEmpty }) else { return nil }
  }

  static var expectation: String {
    "path=value,value, path=from..to:step or path=from..to:xfactor, such as "
      + "balancer.passive.max_fails=1,3"
  }

  /// What to call each of several paths where there is little room: by its last parts, as many as
  /// tell it from the others.
  static func titles(of paths: [String]) -> [String: String] {
    let parts = Set(paths).map { $0.split(separator: ".") }
    func title(_ path: [Substring]) -> String {
      let isAlone = { (count: Int) in
        parts.allSatisfy { $0 == path || $0.suffix(count) != path.suffix(count) }
      }
      let count = (1...path.count).first(where: isAlone) ?? path.count
      return path.suffix(count).joined(separator: ".")
    }
    return Dictionary(
      uniqueKeysWithValues: parts.map { ($0.joined(separator: "."), title($0)) })
  }

  /// The settings that it makes, one for each value.
  var settings: [Setting] {
    values.map { Setting(path: path, value: $0, source: "--vary \(path)=\($0)") }
  }
}

/// The parts of a list with commas between them, of which those in brackets separate nothing.
func separated(_ list: some StringProtocol) -> [String] {
  var parts = [""]
  var depth = 0
  for character in list {
    if "{[".contains(character) { depth += 1 }
    if "}]".contains(character) { depth -= 1 }
    if character == ",", depth <= 0 {
      parts.append("")
    } else {
      parts[parts.count - 1].append(character)
    }
  }
  return parts
}
