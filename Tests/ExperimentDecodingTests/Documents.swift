import ExperimentDecoding
import ExperimentModel
import Testing

/// A sound topology in parts, each of which a test may replace.
struct Document {
  var name = "name: lab"
  var clients = "clients: {users: {open: {rate: 100/s, requests: 10}}}"
  var balancer = "balancer: {strategy: round-robin}"
  var backends = "backends: {one: {service: {cpu: 4ms}}, two: {service: {cpu: 4ms}}}"
  var more = ""

  var text: String {
    [name, clients, balancer, backends, more].joined(separator: "\n") + "\n"
  }

  /// The topology that the parts describe.
  func decoded() throws(Diagnostics) -> Topology {
    try decoder.decode(text, file: "lab.yaml")
  }
}

/// A decoder with a few strategies of its own.
let decoder = TopologyDecoder(strategies: fewStrategies)

/// Enough strategies for names and options to be right and wrong.
let fewStrategies = [
  StrategyCard(name: "round-robin", summary: "in turn", source: "folklore"),
  StrategyCard(name: "random", summary: "by chance", source: "folklore"),
  StrategyCard(
    name: "power-of-two", summary: "the better of d", source: "Mitzenmacher",
    options: [
      StrategyOption(
        name: "d", summary: "the choices",
        kind: .number(standard: 2, range: 1...64, isWhole: true)),
      StrategyOption(
        name: "bias", summary: "a preference",
        kind: .number(standard: 0, range: 0...1, isWhole: false)),
    ]),
  StrategyCard(name: "weighted-round-robin", summary: "textbook", source: "folklore"),
  StrategyCard(
    name: "nginx.weighted-round-robin", summary: "smooth", source: "ngx_http_upstream_round_robin"),
]

/// Expects exactly these complaints about a text in which `▼` stands before each of their places.
func expect(
  _ marked: String, to decoder: TopologyDecoder = decoder, complains messages: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  var text = ""
  var places: [(line: Int, column: Int)] = []
  var (line, column) = (1, 1)
  for scalar in marked.unicodeScalars {
    if scalar == "▼" {
      places.append((line, column))
      continue
    }
    text.unicodeScalars.append(scalar)
    (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
  }
  #expect(
    places.count == messages.count, "a mark for each message", sourceLocation: sourceLocation)
  let expected = zip(places, messages).map {
    "bad.yaml:\($0.line):\($0.column): \($1)"
  }
  do throws(Diagnostics) {
    _ = try decoder.decode(text, file: "bad.yaml")
    Issue.record("nothing was complained about", sourceLocation: sourceLocation)
  } catch {
    #expect(error.all.map(\.description) == expected, sourceLocation: sourceLocation)
  }
}

/// The distribution that a text is decoded to, as the CPU time of a backend.
func distribution(_ text: String) throws -> Distribution {
  let document = Document(backends: "backends: {one: {service: {cpu: \(text)}}}")
  return try #require(try document.decoded().backends.first?.service.cpu)
}

extension Service {
  /// The CPU time of a service that needs nothing else; nil for any other.
  var cpu: Distribution? {
    if stages.count == 1, case .cpu(let time) = stages[0] { time } else { nil }
  }
}
