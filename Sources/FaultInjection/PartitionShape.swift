import DockerEngine

/// How a partition divides a group, by the words of Jepsen's nemesis; drawn anew each time.
public enum PartitionShape: String, Sendable, Hashable, Codable, CaseIterable {
  /// One of them is cut off from all others.
  case isolate
  /// One half is cut off from the other.
  case halves
  /// Two halves are cut off from each other, and one in the middle reaches both.
  case bridge

  /// How many a group needs at least.
  var least: Int { self == .bridge ? 3 : 2 }

  /// Divides a group into the two sides between which nothing passes.
  ///
  /// - Throws: a sentence when it is too small.
  func sides(
    of group: [ContainerSummary], drawnFrom draws: inout Draws
  ) throws(FaultError) -> (one: [ContainerSummary], other: [ContainerSummary]) {
    guard group.count >= least else {
      let names = group.map(\.name).joined(separator: ", ")
      throw FaultError(
        .notUsable,
        "--shape \(rawValue) needs at least \(least) running containers, and \(names) is all that"
          + " is aimed at; name more")
    }
    var order: [ContainerSummary] = []
    var urn = group
    while !urn.isEmpty { order.append(urn.remove(at: draws.next(below: urn.count))) }
    let divided = self == .bridge ? order.dropLast() : order[...]
    let count = self == .isolate ? 1 : divided.count / 2
    return (Array(divided.prefix(count)), Array(divided.dropFirst(count)))
  }
}
