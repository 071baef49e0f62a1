/// Where the time of single requests went: a bar for each, in parts of different kinds.
///
/// It is drawn without a script; the table behind it has every hop.
public struct WebWaterfall: Sendable {
  /// One part of a bar.
  struct Part: Sendable {
    /// What kind of time it is, by its place in `kinds`.
    var kind: Int
    /// Where it begins and ends, from 0 to 1 of the longest bar.
    var from, to: Double
    /// What a pointer over it tells.
    var text: String
  }

  /// One bar.
  struct Bar: Sendable {
    var name: String
    var parts: [Part]
  }

  /// The kinds of time, in the order of a request's life.
  private static let kinds = [
    "to the balancer", "in the balancer", "to the backend", "waits for a worker", "in service",
    "on the way back", "comes to nothing", "the client pauses",
  ]

  private let bars: [Bar]
  private let traces: [TraceReport]

  /// Makes the waterfall of requests that were traced.
  public init(_ traces: [TraceReport]) {
    self.traces = traces
    let longest = traces.map(\.latencyMilliseconds).max() ?? 0
    bars = traces.map { trace in
      let took = HumaneText.duration(milliseconds: trace.latencyMilliseconds)
      let ending = trace.ending == "succeeded" ? "" : ", \(trace.ending)"
      return Bar(
        name: "\(HumaneText.count(trace.number + 1)): \(took)\(ending)",
        parts: longest > 0 ? Self.parts(of: trace, longest) : [])
    }
  }

  private static func parts(of trace: TraceReport, _ longest: Double) -> [Part] {
    zip(trace.hops, trace.hops.dropFirst()).map { hop, next in
      let took = HumaneText.duration(milliseconds: next.milliseconds - hop.milliseconds)
      let kind = kind(from: hop.hop, to: next.hop)
      return Part(
        kind: kind, from: hop.milliseconds / longest, to: next.milliseconds / longest,
        text: "\(kinds[kind]) \(took), \(hop.node)")
    }
  }

  /// What kind of time lies between two hops.
  private static func kind(from hop: String, to next: String) -> Int {
    if next == "sent again" { return 7 }
    switch hop {
    case "sent", "sent again": return 0
    case "reached balancer", "attempt failed": return 1
    case "picked": return 2
    case "waits for a worker": return 3
    case "service began": return next == "attempt failed" ? 6 : 4
    case "service done", "answer at balancer": return 5
    default: return 6
    }
  }

  /// The same as rows: every hop of every request.
  var table: WebTable {
    WebTable(
      header: ["Request", "Hop", "Where", "After"],
      rows: traces.flatMap { trace in
        trace.hops.map { hop in
          [
            HumaneText.count(trace.number + 1), hop.hop, hop.node,
            HumaneText.duration(milliseconds: hop.milliseconds),
          ]
        }
      })
  }

  /// The waterfall as HTML.
  var html: String {
    let used = Set(bars.flatMap(\.parts).map(\.kind)).sorted()
    let legend = used.map { "<li><i class=\"k\($0)\"></i>\(Self.kinds[$0])</li>" }.joined()
    let lines = bars.map { bar in
      let parts = bar.parts.map { part in
        let left = Self.percent(part.from)
        let width = Self.percent(part.to - part.from)
        return "<i class=\"k\(part.kind)\" style=\"left:\(left);width:\(width)\""
          + " title=\"\(part.text.escapedForHTML)\"></i>"
      }
      return "<span>\(bar.name.escapedForHTML)</span>"
        + "<div class=\"bar\">\(parts.joined())</div>"
    }
    return "<ul class=\"legend\">\(legend)</ul><div class=\"waterfall\" role=\"img\""
      + " aria-label=\"Where the time went; the table below has every hop\">"
      + lines.joined(separator: "\n") + "</div>"
  }

  private static func percent(_ part: Double) -> String {
    HumaneText.number(max(0, part) * 100, decimals: 3) + "%"
  }
}
