import ExperimentDecoding
import Testing

@Suite struct `The YAML of a topology` {
  @Test(arguments: ["", "\n\n", "# only a comment\n", "\u{FEFF}"])
  func `an empty file says what a topology needs`(text: String) {
    expect(
      "▼" + text, complains: "the file is empty; a topology needs a name, clients and backends")
  }

  @Test(arguments: ["--- \n...\n", "~\n"])
  func `a document of nothing is no mapping`(text: String) throws {
    let diagnostics = try #require(throws: Diagnostics.self) {
      _ = try decoder.decode(text, file: "bad.yaml")
    }
    #expect(diagnostics.all.map(\.message).allSatisfy { $0.hasSuffix("it has no value") })
  }

  @Test func `a document that is a word or a list is no topology`() {
    let keys =
      "`the file` must be a mapping with keys such as `name`, `description`, `clients`, "
      + "`balancer`, `balancers`, `backend_defaults`, `backends`, `network`, `faults`, `run`, "
      + "`question`, `hypothesis`, `compare` or `abort`"
    expect("▼hello\n", complains: keys + ", not `hello`")
    expect("▼- hello\n", complains: keys + ", not a list")
  }

  @Test func `an unclosed mapping is reported where it breaks`() {
    expect(
      "name: lab\nclients: {a: 1\nbackends▼: {}\n",
      complains: "not valid YAML: did not find expected ',' or '}' while parsing a flow mapping "
        + "that begins on line 2")
  }

  @Test func `a tab cannot indent`() {
    expect("name: lab\nclients:\n▼\tusers: {}\n", complains: "a tab cannot indent YAML; use spaces")
  }

  @Test func `a control character is no text`() {
    expect(
      "name: lab\ndescription: a▼\u{0}b\n",
      complains: "not valid YAML: control characters are not allowed")
  }

  @Test func `a second document is refused`() {
    expect(
      Document().text + "▼---\nname: other\n",
      complains: "a second document begins here; a file holds one topology")
  }

  @Test func `a key that is given twice is refused at its second place`() {
    expect(
      Document(more: "run:\n  seed: 1\n  ▼seed: 2").text,
      complains: "`seed` is given twice; the first is on line 6")
  }

  @Test func `a key that is no name is refused`() {
    expect(
      Document(more: "x-a: {▼1: a, ▼true: b, ▼~: c, ▼[d]: e, ▼1.5e3: f, '1': g}").text,
      complains: "the key `1` is no name; put a name in quotes",
      "the key `true` is no name; put a name in quotes",
      "a key must be a name", "a key must be a name",
      "the key `1.5e3` is no name; put a name in quotes")
  }

  @Test func `merge keys and tags are refused`() {
    expect(
      Document(
        more: "x-a: &a {b: c}\nx-d:\n  ▼<<: *a\nx-e: ▼!!str 5\nx-f: ▼!mine {}"
      ).text,
      complains:
        "merge keys (`<<`) are not supported; write the keys out, or use backend_defaults",
      "the tag `tag:yaml.org,2002:str` means nothing here; remove it",
      "the tag `!mine` means nothing here; remove it")
  }

  @Test func `an alias stands for its anchor`() throws {
    let backends = "x-backend: &one {service: {cpu: 4ms}}\nbackends: {one: *one, two: *one}"
    #expect(try Document(backends: backends).decoded() == Document().decoded())
  }

  @Test func `a mistake in an anchor is reported once, where it stands`() {
    expect(
      Document(backends: "backends: {one: &a {service: {cpu: ▼4}}, two: *a, three: *a}").text,
      complains: "`cpu` needs a unit, such as 4s or 4ms, not `4`")
  }

  @Test func `an alias without its anchor is refused`() {
    expect(
      Document(more: "x-a: ▼*nowhere\nx-b: &b [▼*b]").text,
      complains: "the alias `*nowhere` has no anchor `&nowhere` before it",
      "the alias `*b` stands inside its own anchor")
  }

  @Test func `aliases that multiply are stopped by what they stand for`() {
    var bomb = "x-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for level in 1...20 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10)
      bomb += "x-\(level): &a\(level) [\(aliases.joined(separator: ", "))]\n"
    }
    let diagnostics = #expect(throws: Diagnostics.self) {
      _ = try decoder.decode(bomb, file: "bomb.yaml")
    }
    #expect(
      diagnostics?.all.map(\.message)
        == ["more than 1000000 values, aliases included; use fewer"])
  }

  @Test func `nesting ends at its limit, with and without aliases`() {
    let message = "nested more than 64 levels deep; flatten it"
    expect(
      "x-a: " + String(repeating: "[", count: 63) + "▼[" + String(repeating: "[", count: 100_000),
      complains: message)
    let half = String(repeating: "[", count: 40)
    let end = String(repeating: "]", count: 40)
    expect("x-a: &a \(half)\(end)\nx-b: \(half)▼*a\(end)\n", complains: message)
  }

  @Test func `a text with too many values is refused`() {
    let diagnostics = #expect(throws: Diagnostics.self) {
      _ = try decoder.decode(
        "x-a: [" + String(repeating: "1,", count: 1_000_100) + "]", file: "many.yaml")
    }
    #expect(
      diagnostics?.all.map(\.message)
        == ["more than 1000000 values, aliases included; use fewer"])
  }

  @Test func `Windows line ends and a byte order mark change nothing`() throws {
    let text = Document().text
    let windows = "\u{FEFF}" + text.split(separator: "\n").joined(separator: "\r\n")
    #expect(
      try decoder.decode(windows, file: "a.yaml") == decoder.decode(text, file: "a.yaml"))
    expect(
      "\u{FEFF}name: lab\r\nclients: {u: {open: {rate: 1/s, requests: 1}}}\r\n"
        + "backends: {b: {service: {cpu: 4ms}}}\r\n▼colour: red\r\n",
      complains: "unknown key `colour`; a topology takes name, description, clients, balancer, "
        + "balancers, backend_defaults, backends, network, faults, run, question, hypothesis, "
        + "compare and abort")
  }

  @Test func `text that is not UTF-8 is refused at its first wrong byte`() {
    let bytes = Array("name: é\nclients: é".utf8) + [0xFF, 0x0A]
    let diagnostics = #expect(throws: Diagnostics.self) {
      _ = try decoder.decode(bytes, file: "latin.yaml")
    }
    #expect(
      diagnostics?.description
        == "latin.yaml:2:11: this is not UTF-8 text; save the file as UTF-8")
    let wide = #expect(throws: Diagnostics.self) {
      _ = try decoder.decode([0xFF, 0xFE, 0x6E, 0x00], file: "wide.yaml")
    }
    #expect(wide?.description == "wide.yaml:1:1: the file is UTF-16; save it as UTF-8")
  }
}
