/// Places for what would only be in its own way if all of it ran at once.
///
/// All tests begin together. Where hundreds of commands run on two cores each of them takes
/// minutes, and their files are more than a process may have open.
public actor Places {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Makes so many places.
  public init(_ count: Int) { free = count }

  /// Waits for a place; `giveBack` must follow.
  public func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  /// Gives a place back, to who has waited longest.
  public func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
