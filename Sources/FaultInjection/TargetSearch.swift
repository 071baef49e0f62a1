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
  /// - Throws: a sentence that lists the candidates when there are several, or near names when
  ///   there is none.
  func identifier(for word: String) throws(FaultError) -> String {
    let found = try containers(for: word)
    guard found.count > 1 else { return found[0].id }
    let names = found.map(\.name).sorted().joined(separator: ", ")
    throw FaultError(
      .notUsable,
      "the Compose service \(word) has \(found.count) containers (\(names)); name one of them")
  }

  /// The containers that the word stands for: several only for a Compose service.
  ///
  /// - Throws: a sentence that lists the candidates when an identifier's beginning fits several,
  ///   or near names when nothing fits.
  func containers(for word: String) throws(FaultError) -> [ContainerSummary] {
    if let named = containers.first(where: { $0.name == word || $0.id == word }) { return [named] }
    let inService = containers.filter {
      $0.service == word && $0.labels["com.docker.compose.oneoff"]?.lowercased() != "true"
    }
    if !inService.isEmpty { return inService }
    if word.utf8.count >= Self.shortestPrefix, word.utf8.allSatisfy(Self.isHexadecimal) {
      let prefixed = containers.filter { $0.id.hasPrefix(word.lowercased()) }
      if prefixed.count == 1 { return prefixed }
      if !prefixed.isEmpty {
        let names = prefixed.map(\.name).sorted().joined(separator: ", ")
        throw FaultError(
          .notUsable,
          "\(word) is the beginning of \(prefixed.count) containers (\(names)); name one of them")
      }
    }
    throw FaultError(.notUsable, "there is no container \(word)" + advice(on: word))
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
/// Near is a distance of at most a third of the word's length.
func nearestName(to word: String, among names: [String]) -> String? {
  let limit = max(1, word.count / 3)
  let ranked = Set(names).map { (distance: editDistance(word, $0), name: $0) }
  return ranked.filter { $0.distance <= limit }.min { $0 < $1 }?.name
}

/// The number of slips of the keyboard from one word to another: a letter too many, too few, wrong,
/// or swapped with its neighbour (optimal string alignment; Damerau, 1964).
private func editDistance(_ left: String, _ right: String) -> Int {
  let (left, right) = (Array(left), Array(right))
  var rows = [[Int](0...right.count)]
  for i in left.indices {
    var row = [i + 1]
    for j in right.indices {
      let replaced = rows[i][j] + (left[i] == right[j] ? 0 : 1)
      var best = min(rows[i][j + 1] + 1, row[j] + 1, replaced)
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        best = min(best, rows[i - 1][j - 1] + 1)
      }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
