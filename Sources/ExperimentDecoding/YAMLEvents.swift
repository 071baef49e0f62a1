import CYAML

/// What libyaml reads next in a text.
enum YAMLEvent {
  case documentStart
  case documentEnd
  case streamEnd
  case alias(String)
  case scalar(String, isPlain: Bool, Properties)
  case sequenceStart(Properties)
  case sequenceEnd
  case mappingStart(Properties)
  case mappingEnd

  /// What may be written before a value: `&anchor` and `!tag`.
  struct Properties {
    var anchor: String?
    var tag: String?
  }
}

/// Why a text is no YAML, and where.
struct YAMLFault: Error {
  var place: Place
  var message: String
}

/// The events of a YAML text, one after another, through libyaml.
///
/// It owns the C parser, which must not move in memory and is freed with it. The text must be valid
/// UTF-8 without a byte order mark and outlive the events.
struct YAMLEvents: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    parser = .allocate(capacity: 1)
    let isReady = yaml_parser_initialize(parser) == 1
    precondition(isReady, "memory for a YAML parser")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// The next event and where it begins.
  mutating func next() throws(YAMLFault) -> (event: YAMLEvent, place: Place) {
    while true {
      var raw = yaml_event_t()
      guard yaml_parser_parse(parser, &raw) == 1 else { throw fault() }
      defer { yaml_event_delete(&raw) }
      if let event = YAMLEvent(raw) { return (event, Place(raw.start_mark)) }
    }
  }

  /// The reason that libyaml gives for stopping, as a sentence.
  private func fault() -> YAMLFault {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
    if parser.pointee.error == YAML_READER_ERROR {
      let place = Place.ofByte(at: parser.pointee.problem_offset, in: bytes)
      return YAMLFault(place: place, message: "not valid YAML: \(problem)")
    }
    let mark = parser.pointee.problem_mark
    if bytes.indices.contains(mark.index), startsWithTab(at: Place(mark)) {
      return YAMLFault(
        place: Place(mark), message: "a tab cannot indent YAML; use spaces")
    }
    var message = "not valid YAML: \(problem)"
    if let context = parser.pointee.context {
      message += " \(String(cString: context))"
      if parser.pointee.context_mark.line < mark.line {
        message += " that begins on line \(parser.pointee.context_mark.line + 1)"
      }
    }
    return YAMLFault(place: Place(mark), message: message)
  }

  /// Whether a line has a tab among the white space before `place`, or there.
  private func startsWithTab(at place: Place) -> Bool {
    let lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: place.line, omittingEmptySubsequences: false)
    guard lines.indices.contains(place.line - 1) else { return false }
    return lines[place.line - 1].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      .prefix(place.column).contains(UInt8(ascii: "\t"))
  }
}

extension Place {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: mark.line + 1, column: mark.column + 1)
  }
}

extension YAMLEvent {
  /// The event in Swift's terms; nil for one that carries nothing.
  fileprivate init?(_ raw: yaml_event_t) {
    switch raw.type {
    case YAML_DOCUMENT_START_EVENT: self = .documentStart
    case YAML_DOCUMENT_END_EVENT: self = .documentEnd
    case YAML_STREAM_END_EVENT: self = .streamEnd
    case YAML_ALIAS_EVENT: self = .alias(text(raw.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = raw.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      self = .scalar(
        String(decoding: bytes, as: UTF8.self),
        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
        Properties(anchor: text(scalar.anchor), tag: text(scalar.tag)))
    case YAML_SEQUENCE_START_EVENT:
      let start = raw.data.sequence_start
      self = .sequenceStart(Properties(anchor: text(start.anchor), tag: text(start.tag)))
    case YAML_SEQUENCE_END_EVENT: self = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = raw.data.mapping_start
      self = .mappingStart(Properties(anchor: text(start.anchor), tag: text(start.tag)))
    case YAML_MAPPING_END_EVENT: self = .mappingEnd
    default: return nil
    }
  }
}

/// The text of one of libyaml's strings, which may be absent.
private func text(_ string: UnsafeMutablePointer<yaml_char_t>?) -> String? {
  string.map { String(cString: $0) }
}
