extension RunReport {
  /// How many columns a sparkline has at most, and how many backends have one.
  private static let sparks = 60
  private static let shownTracks = 8

  /// The run over time for a reader at a terminal; nothing where there is too little to draw.
  func overTimeLines(_ style: TextStyle) -> [String] {
    guard let series, series.count >= 4 else { return [] }
    let groups = series.groups(most: Self.sparks)
    let latencies = groups.meanOfRequests(.mean, of: series.clients)
    var lines = [
      Spark(
        name: "Throughput", values: groups.rate(.completions, of: series.clients),
        text: HumaneText.rate),
      Spark(
        name: "Latency", values: latencies,
        text: { HumaneText.duration(milliseconds: $0) }),
    ]
    let failures = groups.rate(.failures, of: series.clients)
    if failures.contains(where: { $0 > 0 }) {
      lines.append(Spark(name: "Failures", values: failures, text: HumaneText.rate))
    }
    let showsBackends = series.backends.count <= Self.shownTracks
    if showsBackends {
      lines += series.backends.map { backend in
        Spark(
          name: backend.name.printable, values: groups.mean(.utilization, of: backend), top: 1,
          text: HumaneText.percent)
      }
    }
    let width = min(16, lines.map(\.name.displayWidth).max() ?? 0)
    let step = groups.size == 1 ? "" : ", \(groups.size)s a column"
    let what = showsBackends ? "; of backends the utilization" : ""
    let title = style.bold("Over time") + "  to \(RunTimeline.time(series.end))\(step)\(what)"
    return [title] + lines.map { $0.line(width: width, style) }
  }

  /// A sparkline with its name and what its ends stand for.
  private struct Spark {
    let name: String
    let values: [Double]
    /// What the highest mark stands for; the largest value if nil.
    var top: Double?
    let text: (Double) -> String

    func line(width: Int, _ style: TextStyle) -> String {
      let name = name.truncated(toWidth: width)
      let padding = String(repeating: " ", count: width - name.displayWidth)
      let largest = values.max() ?? 0
      let marks = HumaneText.sparkline(values, top: top ?? largest)
      let range = "\(text(values.min() ?? 0))–\(text(largest))"
      return "\(name)\(padding)  \(style.accent(marks))  \(range)"
    }
  }
}

extension HumaneText {
  /// A mark for each value, the higher the larger; one for the `top`, and none for 0.
  public static func sparkline(_ values: [Double], top: Double) -> String {
    let marks = Array("▁▂▃▄▅▆▇█")
    return String(
      values.map { value -> Character in
        guard value > 0, top > 0 else { return " " }
        return marks[min(7, Int(value / top * 8))]
      })
  }
}
