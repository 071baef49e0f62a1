/// A text of the file as a message shows it: shortened, and with nothing that a terminal obeys.
package func quoted(_ text: String) -> String {
  let longest = 60
  var shown = ""
  for scalar in text.unicodeScalars.prefix(longest) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      shown += scalar.escaped(asASCII: true)
    default:
      shown.unicodeScalars.append(scalar)
    }
  }
  if text.unicodeScalars.count > longest { shown += "…" }
  return "`\(shown)`"
}

/// Names as a sentence lists them: `a`, `b` and `c`.
package func listed(_ names: [String], _ conjunction: String = "and") -> String {
  guard let last = names.last else { return "nothing" }
  guard names.count > 1 else { return last }
  return names.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
}

/// A number as a person writes it, without `.0`.
func plain(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// The name among `names` that was probably meant by `word`; nil when none is near.
///
/// Near is within a third of the letters of the word, by the number of insertions, deletions,
/// replacements and swaps of neighbours that lead from one to the other.
func nearest(to word: String, among names: [String]) -> String? {
  let letters = Array(word.lowercased().unicodeScalars.prefix(65))
  guard letters.count <= 64 else { return nil }
  let reach = max(1, letters.count / 3)
  var best: (name: String, distance: Int)?
  for name in names {
    let other = Array(name.lowercased().unicodeScalars)
    guard abs(other.count - letters.count) <= reach else { continue }
    let distance = editDistance(letters, other)
    if distance <= reach, distance < best?.distance ?? .max { best = (name, distance) }
  }
  return best?.name
}

/// The number of single edits that lead from one word to another.
///
/// Edits are insertions, deletions, replacements and swaps of neighbours: the optimal string
/// alignment distance.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for (row, letter) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      var least = previous[column] + (letter == other ? 0 : 1)
      least = min(least, previous[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
        least = min(least, beforePrevious[column - 1] + 1)
      }
      current.append(least)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[right.count]
}
