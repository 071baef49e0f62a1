extension String {
  /// Whether a name matches this pattern, in which `*` stands for any characters.
  package func matches(_ name: String) -> Bool {
    let parts = split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return self == name
    }
    guard name.count >= first.count + last.count, name.hasPrefix(first), name.hasSuffix(last)
    else { return false }
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let end = rest.endOfFirst(part) else { return false }
      rest = rest[end...]
    }
    return true
  }
}

extension Substring {
  /// The place behind the first occurrence of a part; nil when it does not occur.
  fileprivate func endOfFirst(_ part: Substring) -> Index? {
    var start = startIndex
    while true {
      let rest = self[start...]
      if rest.hasPrefix(part) { return rest.index(start, offsetBy: part.count) }
      guard start < endIndex else { return nil }
      start = index(after: start)
    }
  }
}
