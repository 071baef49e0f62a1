import DockerEngine

/// Whom a person aims at: names, or what containers have in common, and how many may be hit.
public struct Aim: Sendable, Hashable {
  /// Names, identifiers and Compose services; all containers when empty.
  public var words: [String] = []
  /// What the name must look like; `*` stands for any characters and `?` for one.
  public var pattern: String?
  /// Labels that it must have, each `key` or `key=value`.
  public var labels: [String] = []
  /// The Compose project that it must belong to.
  public var project: String?
  /// Names, patterns of names and Compose services that are never hit, whatever else fits.
  public var excluded: [String] = []
  /// How many of them are drawn; all of them when nil.
  public var any: Int?
  /// The most that may be hit at once.
  public var most = Aim.usualMost

  /// How many containers a fault hits at most unless it is told otherwise.
  public static let usualMost = 10

  /// Aims at these names, or at everything that the other parts leave.
  public init(at words: [String] = []) { self.words = words }

  /// Whether nothing at all was said about the target.
  public var isEmpty: Bool {
    words.isEmpty && pattern == nil && labels.isEmpty && project == nil
  }
}

/// What an aim came to.
public struct AimedContainers: Sendable, Hashable {
  /// Whom it hits, in the order of their names.
  public let containers: [ContainerSummary]
  /// The names of those that it would hit if they were not protected.
  public let spared: [String]
}

extension Aim {
  /// The containers that are meant.
  ///
  /// Protected ones are left out where nobody named them, and refused where somebody did.
  ///
  /// - Parameter draws: where the draws of `any` come from.
  /// - Throws: a sentence when nobody is meant, or more than may be hit.
  public func containers(
    among all: [ContainerSummary], drawnFrom draws: inout Draws
  ) throws(FaultError) -> AimedContainers {
    let search = TargetSearch(containers: all)
    var named: [ContainerSummary] = []
    for word in words { named += try search.containers(for: word) }
    let isSelective = pattern != nil || !labels.isEmpty || project != nil || any != nil
    let running = (words.isEmpty ? all : named).filter { $0.status == "running" }
    var chosen = isSelective || words.isEmpty ? running.filter(fits) : named
    chosen.removeAll(where: isExcluded)
    chosen = Dictionary(chosen.map { ($0.id, $0) }, uniquingKeysWith: { $1 }).values
      .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    guard !chosen.isEmpty else { throw nothingFits(running) }
    // Who says a container's own name means it, and is told that it is protected.
    let spared = chosen.filter { $0.isProtected && !words.contains($0.name) }
    chosen.removeAll(where: spared.contains)
    guard !chosen.isEmpty else {
      let names = spared.map(\.name).joined(separator: ", ")
      throw FaultError(
        .notPermitted,
        "all that \(description) fits is protected by the label chaos.protect=true (\(names));"
          + " choose other targets")
    }
    if let any { chosen = try draw(any, of: chosen, &draws) }
    guard chosen.count <= most else {
      let names = chosen.map(\.name).joined(separator: ", ")
      throw FaultError(
        .notUsable,
        "\(description) fits \(chosen.count) containers (\(names)), more than \(most) at once;"
          + " aim closer, draw some with --any, or allow them with --max-targets \(chosen.count)")
    }
    return AimedContainers(containers: chosen, spared: spared.map(\.name))
  }

  private func isExcluded(_ container: ContainerSummary) -> Bool {
    excluded.contains { matches(container.name, pattern: $0) || container.service == $0 }
  }

  private func fits(_ container: ContainerSummary) -> Bool {
    if let pattern, !matches(container.name, pattern: pattern) { return false }
    if let project, container.labels["com.docker.compose.project"] != project { return false }
    return labels.allSatisfy { label in
      let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let value = container.labels[String(parts[0])] else { return false }
      return parts.count == 1 || value == parts[1]
    }
  }

  private func draw(
    _ count: Int, of chosen: [ContainerSummary], _ draws: inout Draws
  ) throws(FaultError) -> [ContainerSummary] {
    guard count <= chosen.count else {
      let names = chosen.map(\.name).joined(separator: ", ")
      throw FaultError(
        .notUsable,
        "\(count) cannot be drawn of the \(chosen.count) running containers that fit (\(names));"
          + " draw fewer, or start more")
    }
    var urn = chosen
    var drawn: [ContainerSummary] = []
    for _ in 0..<count { drawn.append(urn.remove(at: draws.next(below: urn.count))) }
    return drawn.sorted { $0.name < $1.name }
  }

  private func nothingFits(_ running: [ContainerSummary]) -> FaultError {
    let names = running.map(\.name).sorted()
    let shown = names.prefix(8).joined(separator: ", ")
    let rest =
      names.isEmpty ? "none runs" : "running are \(shown)\(names.count > 8 ? " and others" : "")"
    return FaultError(
      .notUsable, "\(description) fits no running container; \(rest)")
  }

  /// The aim in the words of the command line.
  private var description: String {
    var parts = words
    if let pattern { parts.append("--pattern '\(pattern)'") }
    parts += labels.map { "--label \($0)" }
    if let project { parts.append("--project \(project)") }
    parts += excluded.map { "--exclude '\($0)'" }
    return parts.isEmpty ? "no aim" : parts.joined(separator: " ")
  }
}

extension ContainerSummary {
  /// Whether its label says that it must never be disturbed.
  var isProtected: Bool { labels["chaos.protect"]?.lowercased() == "true" }
}

/// Whether a name fits a pattern in which `*` stands for any characters and `?` for one.
///
/// - Complexity: the product of the two lengths at most.
func matches(_ name: String, pattern: String) -> Bool {
  let (name, pattern) = (Array(name), Array(pattern))
  var (i, j) = (0, 0)
  // Where the last star is, and how much of the name it has taken.
  var star: (pattern: Int, name: Int)?
  while i < name.count {
    if j < pattern.count, pattern[j] == "*" {
      star = (j, i)
      j += 1
    } else if j < pattern.count, pattern[j] == "?" || pattern[j] == name[i] {
      i += 1
      j += 1
    } else if let last = star {
      star = (last.pattern, last.name + 1)
      (i, j) = (last.name + 1, last.pattern + 1)
    } else {
      return false
    }
  }
  return pattern[j...].allSatisfy { $0 == "*" }
}

/// Draws that the same seed makes again: SplitMix64 (Steele, Lea and Flood, 2014).
public struct Draws: Sendable {
  /// What the draws follow from.
  public let seed: UInt64
  private var state: UInt64

  /// Begins the draws of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// A whole number from 0 to `bound` - 1, all of them equally likely.
  mutating func next(below bound: Int) -> Int {
    precondition(bound > 0, "there is something to draw from")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
