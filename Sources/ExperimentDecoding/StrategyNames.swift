import ExperimentModel

/// The names of strategies: those of the catalogue, and those of the format that it lacks yet.
struct StrategyNames: Sendable {
  private let cards: [String: StrategyCard]
  /// The names of the catalogue in its order.
  private let accepted: [String]

  init(_ cards: [StrategyCard]) {
    let named = cards.map { ($0.name, $0) }
    let otherwiseNamed = cards.flatMap { card in card.aliases.map { ($0, card) } }
    self.cards = Dictionary(named + otherwiseNamed) { first, _ in first }
    accepted = cards.map(\.name)
  }

  /// Every strategy of the catalogue, with its standard options.
  var all: [StrategyChoice] { accepted.map { StrategyChoice($0) } }

  /// The card of a strategy that the catalogue has.
  func card(of choice: StrategyChoice) -> StrategyCard? { cards[choice.name] }

  /// What a name stands for.
  enum Resolution {
    case card(StrategyCard)
    /// Nothing that can be run, for this reason.
    case refused(String)
  }

  /// What a name means beside a program.
  ///
  /// A qualified name is meant literally. An unqualified one is the program's own rule of that
  /// name where the catalogue has it, else the textbook's.
  func resolve(_ name: String, like program: BalancerProgram) -> Resolution {
    if let card = (name.contains(".") ? nil : cards["\(program).\(name)"]) ?? cards[name] {
      return .card(card)
    }
    if isKnown(name, like: program) {
      return .refused("the strategy \(quoted(name)) is not supported yet; \(choices(program))")
    }
    let qualified = accepted.first { $0.hasSuffix(".\(name)") }
    if let meant = qualified ?? nearest(to: name, among: words(program)) {
      return .refused(
        "unknown strategy \(quoted(name)); did you mean `\(meant)`? (\(choices(program)))")
    }
    return .refused("unknown strategy \(quoted(name)); \(choices(program))")
  }

  /// The strategy that a program uses when none is named; nil for one that has no habits.
  static func standard(of program: BalancerProgram) -> String? {
    switch program {
    case .nginx: "weighted-round-robin"
    case .haproxy: "roundrobin"
    case .envoy: "round_robin"
    case .ipvs: "wlc"
    case .finagle: "p2c"
    case .ideal: nil
    }
  }

  /// What can be written, as the end of a sentence.
  private func choices(_ program: BalancerProgram) -> String {
    "accepted names are \(listed(accepted))"
  }

  /// Every word that could be meant beside a program, shortest forms included.
  private func words(_ program: BalancerProgram) -> [String] {
    let own = accepted.filter { $0.hasPrefix("\(program).") }.map {
      String($0.dropFirst(program.rawValue.count + 1))
    }
    return accepted + own + Self.textbook + (Self.ownNames[program] ?? [])
  }

  /// Whether the format or the real program knows a name.
  private func isKnown(_ name: String, like program: BalancerProgram) -> Bool {
    guard let dot = name.firstIndex(of: ".") else {
      return Self.textbook.contains(name) || Self.ownNames[program]?.contains(name) == true
    }
    let rest = String(name[name.index(after: dot)...])
    guard let program = BalancerProgram(rawValue: String(name[..<dot])), program != .ideal else {
      return false
    }
    return Self.textbook.contains(rest) || Self.ownNames[program]?.contains(rest) == true
  }

  /// The names of the literature that belong to the format.
  private static let textbook = [
    "round-robin", "weighted-round-robin", "random", "weighted-random", "least-connections",
    "weighted-least-connections", "join-shortest-queue", "power-of-two", "join-idle-queue",
    "least-response-time", "peak-ewma", "ip-hash", "consistent-hash", "bounded-load-hash",
    "ring-hash", "maglev", "shortest-expected-delay", "never-queue", "prequal", "c3",
  ]

  /// What the real programs call their own strategies in their configuration.
  private static let ownNames: [BalancerProgram: [String]] = [
    .nginx: ["round_robin", "least_conn", "ip_hash", "hash", "random", "least_time"],
    .haproxy: [
      "roundrobin", "static-rr", "leastconn", "first", "source", "uri", "url_param", "hdr",
      "random", "hash",
    ],
    .envoy: ["round_robin", "least_request", "ring_hash", "random", "maglev"],
    .ipvs: [
      "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh",
      "twos",
    ],
    .finagle: ["p2c", "p2c_peak_ewma", "ewma", "heap", "aperture", "round_robin"],
  ]
}
