extension LiveReport {
  /// How many events a table shows.
  private static let shownEvents = 20

  /// The report for a reader at a terminal, ending in a newline.
  public func table(style: TextStyle = .plain) -> String {
    var lines = [style.bold(experiment.printable.truncated(toWidth: 80)) + "  " + word(style)]
    if let question { lines.append(question.printable) }
    if let abortReason { lines.append(style.red("Ended early: " + abortReason.printable)) }
    lines.append("")
    if !load.run.hypothesis.isEmpty { lines += load.run.judgementLines(style) + [""] }
    if !faults.isEmpty { lines += faultLines(style) + [""] }
    if predicted != nil { lines += agreementLines(style) + [""] }
    lines += load.body(style)
    if !events.isEmpty { lines += [""] + eventLines(style) }
    if let capture {
      lines += [
        "",
        "Capture     \(HumaneText.count(capture.captured)) packets in \(capture.file.printable), "
          + "\(HumaneText.count(capture.dropped)) dropped",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func word(_ style: TextStyle) -> String {
    switch verdict {
    case .holds: load.run.hypothesis.isEmpty ? "measured" : "holds"
    case .refuted: style.red("refuted")
    case .aborted: style.red("aborted")
    }
  }

  private func faultLines(_ style: TextStyle) -> [String] {
    var table = TextTable(columns: [
      .init("Fault", alignment: .left), .init("Targets", alignment: .left, isFlexible: true),
      .init("Via", alignment: .left), .init("From"), .init("Until"),
      .init("Asked", alignment: .left), .init("Measured", alignment: .left),
      .init("Took", alignment: .left),
    ])
    for fault in faults {
      table.append([
        fault.fault, fault.targets.joined(separator: ", "), fault.via ?? "-",
        time(fault.from), time(fault.until), text(fault.asked.filter { $0.key != "for_s" }),
        fault.measured.isEmpty ? "-" : text(fault.measured.mapValues { .number($0.value) }),
        fault.tookText,
      ])
    }
    var lines = table.lines(width: 100)
    lines[0] = style.bold(lines[0])
    for fault in faults {
      let words = [fault.intervals, fault.intervals == nil ? nil : fault.evidence, fault.remark]
        .compactMap(\.self)
      guard !words.isEmpty else { continue }
      let subject = "\(fault.fault) \(fault.targets.joined(separator: ", "))".printable
      lines.append("\(subject): \(words.joined(separator: "; ").printable)")
    }
    return lines
  }

  private func agreementLines(_ style: TextStyle) -> [String] {
    var table = TextTable(
      columns: LiveReport.Agreement.header.enumerated().map { place, title in
        .init(title, alignment: place == 0 || place == 4 ? .left : .right, isFlexible: place == 0)
      })
    for agreement in agreements { table.append(agreement.cells) }
    var lines = table.lines(width: 100)
    lines[0] = style.bold(lines[0])
    return lines
  }

  private func eventLines(_ style: TextStyle) -> [String] {
    var lines = events.prefix(Self.shownEvents).enumerated().map { index, event in
      let status = event.exitCode.map { " (exit status \($0))" } ?? ""
      return (index == 0 ? "Events      " : "            ")
        + "\(time(event.at))  \(event.container.printable) \(event.event.printable)\(status)"
    }
    let hidden = events.count - lines.count
    if hidden > 0 { lines.append("            … and \(HumaneText.count(hidden)) more") }
    return lines
  }

  func time(_ seconds: Double?) -> String {
    seconds.map { HumaneText.number($0, decimals: 2) + "s" } ?? "-"
  }

  func text(_ values: [String: Value]) -> String {
    values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
      .joined(separator: ", ")
  }
}

extension LiveReport.Fault {
  /// How sure the measured figures are; nil where nobody knows.
  var intervals: String? {
    let known = measured.sorted { $0.key < $1.key }.compactMap { name, figure in
      figure.interval.map { interval in
        "\(name) between \(HumaneText.significant(interval.lowerBound))"
          + " and \(HumaneText.significant(interval.upperBound))"
      }
    }
    return known.isEmpty ? nil : known.joined(separator: ", ")
  }

  /// Whether it took effect, in a word.
  var tookText: String { took.map { $0 ? "yes" : "no" } ?? "unknown" }
}
