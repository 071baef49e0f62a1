import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct FaultDecodingTests {
  static let backends = """
    backend_defaults: {service: {cpu: 4ms}}
    backends: {back-01: {}, back-02: {}, back-03: {}}
    """

  static func document(_ faults: String) -> String {
    Document(backends: backends, more: "faults:\n\(faults)").text
  }

  static func faults(_ lines: String) throws -> [ScheduledFault] {
    try decoder.decode(document(lines), file: "bad.yaml").faults
  }

  @Test func `a timeline is read in order`() throws {
    let faults = try Self.faults(
      """
        - {at: 10s, kill: back-02, for: 30s}
        - {at: 1m, kill: [back-01, back-03], signal: SIGTERM, refuse: true}
        - {at: 90s, fail: {pattern: "back-*"}, rate: 10%, status: 500, for: 20s, every: 60s,
           times: 3}
        - {at: 2m, pause: {any: 2, of: backends}, for: 5s}
        - {at: 3m, stop: {any: 1, of: [back-01, back-02]}}
      """)
    #expect(
      faults == [
        ScheduledFault(
          at: .seconds(10), .kill(signal: "KILL", refuses: false), targets: .names(["back-02"]),
          duration: .seconds(30)),
        ScheduledFault(
          at: .seconds(60), .kill(signal: "TERM", refuses: true),
          targets: .names(["back-01", "back-03"])),
        ScheduledFault(
          at: .seconds(90), .fail(rate: Ratio(0.1), status: 500), targets: .pattern("back-*"),
          duration: .seconds(20), every: .seconds(60), times: 3),
        ScheduledFault(
          at: .seconds(120), .pause, targets: .any(2, of: ["back-01", "back-02", "back-03"]),
          duration: .seconds(5)),
        ScheduledFault(
          at: .seconds(180), .stop, targets: .any(1, of: ["back-01", "back-02"])),
      ])
  }

  @Test(arguments: [
    (
      "- {at: 10s, kill: ▼back-2, for: 30s}",
      "there is no backend `back-2`; did you mean `back-02`?"
    ),
    ("- ▼{kill: back-02}", "the fault needs `at`, such as `at: 10s`"),
    ("- ▼{at: 1s}", "the fault needs a kind and its target, such as `kill: back-01`"),
    (
      "- {at: 1s, kill: back-01, ▼pause: back-02}",
      "one fault cannot both kill and pause; write two"
    ),
    (
      "- {at: 1s, fail: back-01, rate: ▼140%}",
      "`rate` must be a share from 0% to 100%, such as 10% or 0.1, not `140%`"
    ),
    ("- {at: 1s, kill: back-01, for: ▼0s}", "`for` must be longer than 0, not `0s`"),
    (
      "- {at: 1s, kill: back-01, ▼rate: 10%}",
      "`kill` takes no `rate`; it takes `signal` and `refuse`"
    ),
    ("- ▼{at: 1s, delay: back-01}", "the fault needs `by`, such as `by: 100ms`"),
    (
      "- {at: 1s, pause: back-01, ▼every: 5s}",
      "`every` needs `times`, how often it happens"
    ),
    ("- {at: 1s, pause: ▼[]}", "`pause` aims at nothing; name a backend"),
    (
      "- {at: 1s, pause: {any: ▼4, of: backends}}",
      "`any` must be a whole number from 1 to 3, not `4`"
    ),
  ])
  func `a mistake in a fault is told at its place`(line: String, message: String) {
    expect(Self.document("  " + line), complains: message)
  }

  @Test func `a fault after the end of the run is refused`() {
    expect(
      Self.document("  - {at: ▼90s, kill: back-01}\nrun: {duration: 60s}"),
      complains: "`at` must be before the end of the run, not `90s`")
  }
}
