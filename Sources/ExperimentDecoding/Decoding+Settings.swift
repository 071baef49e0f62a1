import ExperimentModel

extension Decoding {
  /// Puts a value in the place of another, or where none was, before anything is decoded.
  ///
  /// Whether the value suits its place is found out by decoding it.
  func set(_ path: String, to value: Node, at place: Place, in root: inout Node) {
    let isSound = !path.isEmpty && !path.hasPrefix(".") && !path.hasSuffix(".")
    guard isSound, !path.contains("..") else {
      return reject("\(quoted(path)) is no path of keys such as balancer.strategy", at: place)
    }
    replace(path[...], below: [], with: value, at: place, in: &root)
  }

  private func reject(_ message: String, at place: Place) {
    hasVainSettings = true
    complain(message, at: place)
  }

  private func replace(
    _ path: Substring, below parents: [String], with value: Node, at place: Place,
    in node: inout Node
  ) {
    guard !path.isEmpty else {
      node = value
      return
    }
    switch node.content {
    case .mapping(var entries):
      replace(path, below: parents, with: value, at: place, in: &entries)
      node.content = .mapping(entries)
    case .sequence(var elements):
      let number = path.prefix { $0 != "." }
      guard let index = Int(number), elements.indices.contains(index) else {
        return reject(
          "`\(parents.last ?? "the list")` has \(elements.count) elements, counted from 0; "
            + "\(quoted(String(number))) is none of them", at: place)
      }
      let rest = path.dropFirst(number.count + 1)
      replace(rest, below: parents + [String(number)], with: value, at: place, in: &elements[index])
      node.content = .sequence(elements)
    case .scalar:
      // What was a single value, such as a duration, gives way to one with parts.
      node = Node(place: place, content: .mapping([]))
      replace(path, below: parents, with: value, at: place, in: &node)
    }
  }

  private func replace(
    _ path: Substring, below parents: [String], with value: Node, at place: Place,
    in entries: inout [Node.Entry]
  ) {
    // A name may hold dots itself: of the keys that are there, the longest is meant.
    let known = entries.indices
      .filter { path == entries[$0].key || path.hasPrefix(entries[$0].key + ".") }
      .max { entries[$0].key.count < entries[$1].key.count }
    if let known {
      let key = entries[known].key
      let rest = path.dropFirst(key.count + 1)
      // A complaint about the new value belongs to the setting, not to the file.
      if rest.isEmpty { entries[known].keyPlace = place }
      replace(rest, below: parents + [key], with: value, at: place, in: &entries[known].value)
      return
    }
    let key = String(path.prefix { $0 != "." })
    let rest = path.dropFirst(key.count + 1)
    let kinds = ["clients": "client group", "backends": "backend", "balancers": "balancer"]
    if parents.count == 1, let kind = kinds[parents[0]], !rest.isEmpty {
      // To set a part of something that is not there is a slip and no wish for another one.
      let meant = suggestion(for: key, among: entries.prefix(300).map(\.key))
      let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
      return reject("there is no \(kind) \(quoted(key))\(hint)", at: place)
    }
    var child = Node(place: place, content: .mapping([]))
    replace(rest, below: parents + [key], with: value, at: place, in: &child)
    entries.append(Node.Entry(key: key, keyPlace: place, value: child))
  }
}

extension Node {
  /// This value with all in it said to stand in another file.
  func placed(in source: String) -> Node { relocated { $0.source = source } }

  /// This value with all in it said to stand at one place, that of an option.
  func placed(at place: Place) -> Node { relocated { $0 = place } }

  private func relocated(_ change: (inout Place) -> Void) -> Node {
    var node = self
    change(&node.place)
    switch content {
    case .scalar: break
    case .sequence(let elements):
      node.content = .sequence(elements.map { $0.relocated(change) })
    case .mapping(let entries):
      node.content = .mapping(
        entries.map { entry in
          var entry = entry
          change(&entry.keyPlace)
          entry.value = entry.value.relocated(change)
          return entry
        })
    }
    return node
  }
}
