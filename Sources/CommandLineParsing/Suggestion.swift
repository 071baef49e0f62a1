/// The known name that a person most likely meant, or nil when none is near.
///
/// Near is a third of the letters or less, and two at most, by edits that insert, delete, replace
/// or swap neighbours (the optimal string alignment distance).
func nearestName(to word: String, among names: [String]) -> String? {
  let limit = min(max(word.count / 3, 1), 2)
  var best: (name: String, distance: Int)?
  for name in names where abs(name.count - word.count) <= limit {
    let distance = editDistance(Array(word.lowercased()), Array(name.lowercased()))
    if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
  }
  if let best { return best.name }
  let continued = names.filter { word.count >= 2 && $0.hasPrefix(word) }
  return continued.count == 1 ? continued[0] : nil
}

/// The beginning of a sentence's second half: `did you mean 'x'? `, or nothing.
func suggestion(for word: String, among names: [String]) -> String {
  nearestName(to: word, among: names).map { "did you mean '\($0)'? " } ?? ""
}

/// Names as a sentence lists them: `a, b and c`.
func listed(_ names: [String]) -> String {
  guard names.count > 1, let last = names.last else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " and " + last
}

/// A word of the command line as a sentence quotes it: no control characters, not endless.
func quoted(_ word: String) -> String {
  let limit = 60
  let visible = word.unicodeScalars.map { scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "\u{FFFD}"
    default: String(scalar)
    }
  }.joined()
  return visible.count > limit ? "'\(visible.prefix(limit))…'" : "'\(visible)'"
}

/// The number of edits between two words, in time proportional to the product of their lengths.
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for row in 0..<first.count {
    var current = [row + 1]
    for column in 0..<second.count {
      let replaced = last[column] + (first[row] == second[column] ? 0 : 1)
      var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    (beforeLast, last) = (last, current)
  }
  return last[second.count]
}
