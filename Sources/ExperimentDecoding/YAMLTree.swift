/// The reader that makes a tree of values out of a YAML text.
///
/// It accepts the part of YAML that a topology needs and says what it does not take: tags, merge
/// keys, several documents, keys that are not names. Complaints that leave the tree readable are
/// collected; a text that is no YAML ends the reading.
struct YAMLTree {
  /// The root of the only document; nil when there is none or it cannot be read to its end.
  private(set) var root: Node?
  /// What is wrong, as far as it is kept.
  private(set) var complaints: [YAMLFault] = []
  /// How much else is wrong.
  private(set) var uncollected = 0
  private var open: [Container] = []
  private var anchors: [String: Anchor] = [:]
  private var nodes = 0

  /// A list or mapping whose end has not been read yet.
  private struct Container {
    var place: Place
    var anchor: String?
    var isMapping: Bool
    var items: [Node] = []
    var entries: [Node.Entry] = []
    /// The key that waits for its value; its text is nil when it was refused.
    var key: (text: String?, place: Place)?
    /// The lines of the keys read so far.
    var lineOfKey: [String: Int] = [:]
    var nodesBefore: Int
    var height = 1
  }

  /// A value that aliases may refer to, and how much it adds where they do.
  private struct Anchor {
    var node: Node
    var nodes: Int
    var height: Int
  }

  /// Reads the only document in `bytes`.
  init(_ bytes: ArraySlice<UInt8>) {
    do throws(YAMLFault) {
      try bytes.withUnsafeBufferPointer { (buffer) throws(YAMLFault) in
        var events = YAMLEvents(buffer)
        try read(&events)
      }
    } catch {
      root = nil
      complaints.append(error)
    }
  }

  private mutating func read(_ events: inout YAMLEvents) throws(YAMLFault) {
    while true {
      let (event, place) = try events.next()
      switch event {
      case .streamEnd: return
      case .documentEnd: break
      case .documentStart:
        guard root == nil else {
          throw YAMLFault(
            place: place, message: "a second document begins here; a file holds one topology")
        }
      case .scalar(let text, let isPlain, let properties):
        refuseTag(properties, at: place)
        try add(Node(place: place, content: .scalar(text, isPlain: isPlain)), properties.anchor)
      case .alias(let name):
        try addAlias(name, at: place)
      case .sequenceStart(let properties):
        try begin(isMapping: false, properties, at: place)
      case .mappingStart(let properties):
        try begin(isMapping: true, properties, at: place)
      case .sequenceEnd, .mappingEnd:
        try end()
      }
    }
  }

  private mutating func complain(_ message: String, at place: Place) {
    guard complaints.count < Limits.diagnostics else {
      uncollected += 1
      return
    }
    complaints.append(YAMLFault(place: place, message: message))
  }

  private mutating func refuseTag(_ properties: YAMLEvent.Properties, at place: Place) {
    guard let tag = properties.tag else { return }
    complain("the tag \(quoted(tag)) means nothing here; remove it", at: place)
  }
}

// MARK: - Values

extension YAMLTree {
  private mutating func count(_ more: Int, at place: Place) throws(YAMLFault) {
    nodes += more
    guard nodes <= Limits.nodes else {
      throw YAMLFault(
        place: place, message: "more than \(Limits.nodes) values, aliases included; use fewer")
    }
  }

  private mutating func add(_ node: Node, _ anchor: String?) throws(YAMLFault) {
    try count(1, at: node.place)
    if let anchor { anchors[anchor] = Anchor(node: node, nodes: 1, height: 0) }
    place(node, height: 0)
  }

  private mutating func addAlias(_ name: String, at place: Place) throws(YAMLFault) {
    guard let anchor = anchors[name] else {
      let isInside = open.contains { $0.anchor == name }
      complain(
        isInside
          ? "the alias \(quoted("*" + name)) stands inside its own anchor"
          : "the alias \(quoted("*" + name)) has no anchor \(quoted("&" + name)) before it",
        at: place)
      self.place(Node(place: place, content: .scalar("", isPlain: true)), height: 0)
      return
    }
    try count(anchor.nodes, at: place)
    guard open.count + anchor.height <= Limits.depth else { throw tooDeep(at: place) }
    let isKey = !open.isEmpty && open[open.count - 1].isMapping && open[open.count - 1].key == nil
    if isKey {
      var key = anchor.node
      key.place = place
      self.place(key, height: 0)
    } else {
      self.place(anchor.node, height: anchor.height)
    }
  }

  private func tooDeep(at place: Place) -> YAMLFault {
    YAMLFault(
      place: place, message: "nested more than \(Limits.depth) levels deep; flatten it")
  }

  private mutating func begin(
    isMapping: Bool, _ properties: YAMLEvent.Properties, at place: Place
  ) throws(YAMLFault) {
    refuseTag(properties, at: place)
    guard open.count < Limits.depth else { throw tooDeep(at: place) }
    try count(1, at: place)
    open.append(
      Container(
        place: place, anchor: properties.anchor, isMapping: isMapping, nodesBefore: nodes - 1))
  }

  private mutating func end() throws(YAMLFault) {
    guard let closed = open.popLast() else { preconditionFailure("an end without a beginning") }
    let content: Node.Content =
      closed.isMapping ? .mapping(closed.entries) : .sequence(closed.items)
    let node = Node(place: closed.place, content: content)
    if let anchor = closed.anchor {
      anchors[anchor] = Anchor(
        node: node, nodes: nodes - closed.nodesBefore, height: closed.height)
    }
    place(node, height: closed.height)
  }
}

// MARK: - Places in the tree

extension YAMLTree {
  /// Puts a finished value where it belongs: into the innermost open container, or at the root.
  private mutating func place(_ node: Node, height: Int) {
    guard !open.isEmpty else {
      root = node
      return
    }
    let innermost = open.count - 1
    open[innermost].height = max(open[innermost].height, height + 1)
    guard open[innermost].isMapping else {
      open[innermost].items.append(node)
      return
    }
    guard let key = open[innermost].key else {
      open[innermost].key = (acceptedKey(node), node.place)
      return
    }
    open[innermost].key = nil
    if let text = key.text {
      open[innermost].entries.append(Node.Entry(key: text, keyPlace: key.place, value: node))
    }
  }

  /// The text of a key in the innermost mapping; nil after a complaint.
  private mutating func acceptedKey(_ node: Node) -> String? {
    guard case .scalar(let text, let isPlain) = node.content, !node.isNull else {
      complain("a key must be a name", at: node.place)
      return nil
    }
    if isPlain, text == "<<" {
      complain(
        "merge keys (`<<`) are not supported; write the keys out, or use backend_defaults",
        at: node.place)
      return nil
    }
    if isPlain, ["true", "false"].contains(text) || ExactDecimal(text) != nil {
      complain("the key \(quoted(text)) is no name; put a name in quotes", at: node.place)
      return nil
    }
    let innermost = open.count - 1
    if let line = open[innermost].lineOfKey[text] {
      complain("\(quoted(text)) is given twice; the first is on line \(line)", at: node.place)
      return nil
    }
    open[innermost].lineOfKey[text] = node.place.line
    return text
  }
}
