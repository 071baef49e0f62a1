import ExperimentModel

/// The reader of topologies: YAML in, a value of the model or located complaints out.
///
/// It collects everything that is wrong instead of stopping at the first complaint, and it accepts
/// nothing that would have no effect: a key of the format that is not built yet is refused as such.
public struct TopologyDecoder: Sendable {
  let catalogue: StrategyNames

  /// Makes a decoder that knows these strategies, their names and options.
  public init(strategies: [StrategyCard]) {
    catalogue = StrategyNames(strategies)
  }

  /// The topology in the file at `path`.
  ///
  /// A file that is missing, is not a regular file, is too large or cannot be read is a complaint
  /// too, at the file's first character.
  public func decode(contentsOf path: String) throws(Diagnostics) -> Topology {
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try contents(ofFile: path, limit: Limits.fileBytes)
    } catch {
      throw Diagnostics([Diagnostic(file: path, line: 1, column: 1, message: error.message)])
    }
    return try decode(bytes, file: path)
  }

  /// The topology in `text`.
  public func decode(_ text: String, file: String) throws(Diagnostics) -> Topology {
    try decode(Array(text.utf8), file: file)
  }

  /// The topology in `bytes`, which are UTF-8; what the file asks about it is left aside.
  ///
  /// - Parameter file: the name for complaints; files of observed durations lie beside it.
  public func decode(_ bytes: [UInt8], file: String) throws(Diagnostics) -> Topology {
    let decoding = Decoding(file: file, catalogue: catalogue)
    let root = decoding.document(bytes)
    let topology = root.flatMap { decoding.topology($0) }
    if let diagnostics = decoding.diagnostics { throw diagnostics }
    guard let topology else { preconditionFailure("whoever returns nothing has complained") }
    return topology
  }

  /// The strategy of this name beside a program, as a file that says `strategy: name` means it.
  public func resolveStrategy(
    _ name: String, like program: BalancerProgram
  ) throws(StrategyRefusal) -> StrategyChoice {
    switch catalogue.resolve(name, like: program) {
    case .card(let card): return StrategyChoice(card.name)
    case .refused(let message): throw StrategyRefusal(message: message)
    }
  }
}

/// Why a name stands for no strategy that can be run, with the names that do.
public struct StrategyRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason in one sentence.
  public let message: String

  /// The reason in one sentence.
  public var description: String { message }
}

extension Decoding {
  /// The only document of a text; nil after a complaint.
  func document(_ bytes: [UInt8]) -> Node? {
    guard bytes.count <= Limits.fileBytes else {
      complain(tooLarge(Limits.fileBytes), at: .start)
      return nil
    }
    let wideMarks: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF]]
    guard !wideMarks.contains(where: bytes.starts) else {
      complain("the file is UTF-16; save it as UTF-8", at: .start)
      return nil
    }
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.dropFirst(bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: text.span)
    } catch {
      let place = Place.ofByte(at: error.byteOffsets.lowerBound, in: text)
      complain("this is not UTF-8 text; save the file as UTF-8", at: place)
      return nil
    }
    let tree = YAMLTree(text)
    for complaint in tree.complaints { complain(complaint.message, at: complaint.place) }
    uncollected += tree.uncollected
    if tree.root == nil, tree.complaints.isEmpty {
      complain("the file is empty; a topology needs a name, clients and backends", at: .start)
    }
    return tree.root
  }
}
