import DockerEngine

/// The search for the one container that a person means.
///
/// A name wins over a Compose service, and both over the beginning of an identifier: names are what
/// people see.
struct TargetSearch {
  /// The shortest beginning of an identifier that is taken for one.
  static let shortestPrefix = 4

  /// All containers of the engine.
  let containers: [ContainerSummary]

  /// The identifier of the one container that the word stands for.
  ///
  /// - Throws: a sentence that lists the candidates when there are several, or near names when there
  ///   is none.
  func identifier(for word: String) throws(FaultError) -> String {
    if let named = containers.first(where: { $0.name == word || $0.id == word }) { return named.id }
    let inService = containers.filter {
      $0.service == word && $0.labels["com.docker.compose.oneoff"]?.lowercased() != "true"
    }
    if !inService.isEmpty {
      return try only(of: inService, "the Compose service \(word) has")
    }
    if word.utf8.count >= Self.shortestPrefix, word.utf8.allSatisfy(Self.isHexadecimal) {
      let prefixed = containers.filter { $0.id.hasPrefix(word.lowercased()) }
      if !prefixed.isEmpty { return try only(of: prefixed, "\(word) is the beginning of") }
    }
    throw FaultError(.notUsable, "there is no container \(word)" + advice(on: word))
  }

  private func only(
    of candidates: [ContainerSummary], _ beginning: String
  ) throws(FaultError) -> String {
    guard candidates.count > 1 else { return candidates[0].id }
    let names = candidates.map(\.name).sorted().joined(separator: ", ")
    throw FaultError(
      .notUsable, "\(beginning) \(candidates.count) containers (\(names)); name one of them")
  }

  private func advice(on word: String) -> String {
    let names = containers.map(\.name) + containers.compactMap(\.service)
    if let near = nearestName(to: word, among: names) { return "; did you mean \(near)?" }
    let running = containers.filter { $0.status == "running" }.map(\.name).sorted()
    guard !running.isEmpty else { return ", and no other runs; start it first" }
    let shown = running.prefix(8).joined(separator: ", ")
    return "; running are \(shown)" + (running.count > 8 ? " and \(running.count - 8) more" : "")
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}

/// The name that a misspelt word most likely stands for; nil when none is near.
///
/// Near is a distance of at most a third of the word's length, in single edits.
func nearestName(to word: String, among names: [String]) -> String? {
  let limit = max(1, word.count / 3)
  let ranked = Set(names).map { (distance: editDistance(word, $0), name: $0) }
  return ranked.filter { $0.distance <= limit }.min { $0 < $1 }?.name
}

/// The number of single edits from one word to another (Levenshtein, 1965).
private func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (i, letter) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in right.indices {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == right[j] ? 0 : 1))
      diagonal = above
    }
  }
  return row[right.count]
}
