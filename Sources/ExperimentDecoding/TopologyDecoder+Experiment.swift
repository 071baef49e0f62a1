import ExperimentModel

extension Keys {
  static let experiment = Keys(
    of: "an experiment",
    [
      "name": .text(limit: Limits.nameLength),
      "description": .text(limit: Limits.descriptionLength),
      "question": .text(limit: Limits.descriptionLength),
      "topology": .text(limit: Limits.urlLength),
      "set": .members(.anything, most: Limits.settings),
      "hypothesis": expectations,
      "faults": faults,
      "run": .mapping(.run),
      "compare": compared,
      "abort": expectations,
    ], required: ["topology"], allowsExtensions: true)
}

extension TopologyDecoder {
  /// The experiment in the file at `path`, or the one that a topology there makes by itself.
  ///
  /// An experiment names the file of its topology, relative to its own, and changes values in it;
  /// then come the settings given here, in their order. All complaints about either file and about
  /// the settings are gathered.
  ///
  /// - Parameter isEndGiven: whether the caller says when the run ends, or how many requests there
  ///   are, so that the file need not.
  public func decodeExperiment(
    contentsOf path: String, settings: [Setting] = [], isEndGiven: Bool = false
  ) throws(Diagnostics) -> Experiment {
    let decoding = Decoding(file: path, catalogue: catalogue)
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try decoding.read(path, limit: Limits.fileBytes)
    } catch {
      throw Diagnostics([Diagnostic(file: path, line: 1, column: 1, message: error.message)])
    }
    decoding.isEndGiven = isEndGiven
    let root = decoding.document(bytes)
    if let diagnostics = decoding.diagnostics { throw diagnostics }
    guard let root else { preconditionFailure("whoever returns nothing has complained") }
    guard root.isExperiment else {
      return try experiment(root, settings, decoding)
    }
    guard let topologyFile = decoding.topologyFile(of: root) else {
      throw decoding.diagnosed
    }
    let merging = Decoding(file: topologyFile.path, catalogue: catalogue)
    merging.files = decoding.files
    merging.isEndGiven = isEndGiven
    guard let system = merging.document(topologyFile.bytes) else { throw merging.diagnosed }
    let merged = merging.merged(root.placed(in: path), into: system)
    return try experiment(merged, settings, merging)
  }

  /// The expectation that a text such as `latency.p99 < 200ms` states about a system.
  ///
  /// - Parameter source: what a complaint names, such as the option that the text stands in.
  public func decodeExpectation(
    _ text: String, backends: [String], source: String
  ) throws(Diagnostics) -> Expectation {
    let decoding = Decoding(file: source, catalogue: catalogue)
    let node = Node(place: Place(line: 0, column: 0), content: .scalar(text, isPlain: true))
    let field = Field(name: "the condition", node: node)
    guard let expectation = decoding.expectation(field, backends: backends) else {
      throw decoding.diagnosed
    }
    return expectation
  }

  private func experiment(
    _ root: Node, _ settings: [Setting], _ decoding: Decoding
  ) throws(Diagnostics) -> Experiment {
    var root = root
    for setting in settings { decoding.apply(setting, to: &root) }
    // What cannot be set leaves a tree that was not meant; complaints about it would mislead.
    guard !decoding.hasVainSettings, let experiment = decoding.experiment(root) else {
      throw decoding.diagnosed
    }
    if let diagnostics = decoding.diagnostics { throw diagnostics }
    return experiment
  }
}

extension Node {
  /// Whether it describes an experiment with a topology in another file.
  fileprivate var isExperiment: Bool {
    guard case .mapping(let entries) = content else { return false }
    let keys = entries.map(\.key)
    if keys.contains("topology") { return true }
    return !keys.contains("clients") && !keys.contains("backends")
      && ["question", "set", "hypothesis", "compare"].contains(where: keys.contains)
  }

  fileprivate subscript(key: String) -> Node.Entry? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }
  }
}

extension Decoding {
  /// The complaints of a decoding that came to nothing.
  fileprivate var diagnosed: Diagnostics {
    guard let diagnostics else { preconditionFailure("whoever returns nothing has complained") }
    return diagnostics
  }

  /// The path and the content of the topology that an experiment names; nil after a complaint.
  fileprivate func topologyFile(of root: Node) -> (path: String, bytes: [UInt8])? {
    let document = Field(name: "the file", node: root)
    guard let fields = fields(of: document, .experiment),
      let field = required("topology", of: fields, example: "../topologies/three-weighted.yaml"),
      let name = scalar(field, "must name a file")
    else { return nil }
    let path = pathBeside(name)
    do throws(FileFault) {
      return (path, try read(path, limit: Limits.fileBytes))
    } catch {
      complain("\(quoted(name)): \(error.message)", at: field.place)
      return nil
    }
  }

  /// The document of a topology with what an experiment says about it.
  ///
  /// Its keys of `run` win over the topology's, its faults come after the topology's, and its
  /// settings are made.
  fileprivate func merged(_ experiment: Node, into system: Node) -> Node {
    guard case .mapping(var entries) = system.content,
      let fields = fields(of: Field(name: "the file", node: experiment), .experiment)
    else { return system }
    for field in fields.given where !["topology", "set"].contains(field.name) {
      let entry = Node.Entry(key: field.name, keyPlace: field.keyPlace, value: field.node)
      guard let known = entries.firstIndex(where: { $0.key == field.name }) else {
        entries.append(entry)
        continue
      }
      switch (field.name, entries[known].value.content, field.node.content) {
      case ("run", .mapping(let old), .mapping(let new)):
        let kept = old.filter { entry in !new.contains { $0.key == entry.key } }
        entries[known].value.content = .mapping(kept + new)
      case ("faults", .sequence(let old), .sequence(let new)):
        entries[known].value.content = .sequence(old + new)
      default:
        entries[known] = entry
      }
    }
    var root = system
    root.content = .mapping(entries)
    if let settings = fields["set"] {
      guard case .mapping(let values) = settings.node.content else {
        refuse(settings, "must map paths such as balancer.strategy to values")
        return root
      }
      for entry in values.prefix(Limits.settings) {
        set(entry.key, to: entry.value, at: entry.keyPlace, in: &root)
      }
    }
    return root
  }

  /// Makes one setting of a command line.
  fileprivate func apply(_ setting: Setting, to root: inout Node) {
    let place = Place(line: 0, column: 0, source: setting.source)
    let tree = YAMLTree(Array(setting.value.utf8)[...])
    guard tree.complaints.isEmpty else {
      hasVainSettings = true
      return complain("the value is \(tree.complaints[0].message)", at: place)
    }
    let value = tree.root ?? Node(place: place, content: .scalar("", isPlain: true))
    set(setting.path, to: value.placed(at: place), at: place, in: &root)
  }

  /// The experiment that a whole document describes; nil after complaints.
  fileprivate func experiment(_ root: Node) -> Experiment? {
    let document = Field(name: "the file", node: root)
    guard let fields = fields(of: document, .topology) else { return nil }
    let topology = topology(fields, of: document)
    let question = fields["question"].flatMap { text($0, limit: Limits.descriptionLength) }
    let names = (fields["backends"]?.node.entries ?? []).map(\.key)
    let hypothesis = hypothesis(fields["hypothesis"], backends: names)
    let compare = compared(fields["compare"], like: topology?.balancer.like ?? .nginx)
    let abort = self.hypothesis(fields["abort"], backends: names)
    guard let topology, let hypothesis, let compare, let abort else { return nil }
    return Experiment(
      name: topology.name, question: question, files: files, topology: topology,
      hypothesis: hypothesis, compare: compare, abort: abort)
  }

  /// The strategies to compare: a list, or `all`; nil after a complaint.
  private func compared(_ field: Field?, like: BalancerProgram) -> [StrategyChoice]? {
    guard let field else { return [] }
    if case .scalar("all", _) = field.node.content { return catalogue.all }
    guard
      let elements = elements(of: field, each: "strategy", limit: Limits.comparedStrategies)
    else { return nil }
    let choices = elements.compactMap { strategy($0, like: like) }
    return choices.count == elements.count ? choices : nil
  }
}
