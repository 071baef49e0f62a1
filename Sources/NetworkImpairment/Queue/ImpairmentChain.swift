import ExperimentModel

/// What several impairments make of packets, one after the other.
package struct ImpairmentChain {
  private var models: [ImpairmentModel]

  /// Makes a chain in the order of the impairments.
  package init(_ impairments: [PacketImpairment], seed: UInt64) {
    precondition(!impairments.isEmpty, "what changes nothing is not held")
    models = impairments.enumerated().map { index, impairment in
      ImpairmentModel(impairment, seed: seed &+ UInt64(index))
    }
  }

  /// Whether packets always go on in the order in which they came.
  var keepsOrder: Bool { models.allSatisfy(\.keepsOrder) }
  /// Whether the bytes of packets are needed, and not only their length.
  var needsBytes: Bool { models.contains(where: \.needsBytes) }
  /// Whether every packet fares alike, so that many may be treated as one.
  var treatsAllAlike: Bool { models.allSatisfy(\.treatsAllAlike) }

  /// The fate of a packet of so many bytes that is there now: what one impairment lets go is there
  /// for the next one at that time.
  package mutating func fate(now: UInt64, bytes: Int) -> PacketFate {
    var fate = PacketFate(due: now)
    for index in models.indices {
      guard let due = fate.due else { return fate }
      let next = models[index].fate(now: due, bytes: bytes)
      fate.due = next.due
      fate.isDuplicated = fate.isDuplicated || next.isDuplicated
      fate.flippedBit = next.flippedBit ?? fate.flippedBit
    }
    return fate
  }
}
