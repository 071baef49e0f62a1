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
        time(fault.from), time(fault.until), text(fault.asked),
        fault.measured.map { text($0.mapValues(Value.number)) } ?? "-",
        fault.took ? "yes" : "no",
      ])
    }
    var lines = table.lines(width: 100)
    lines[0] = style.bold(lines[0])
    for fault in faults {
      guard let remark = fault.remark else { continue }
      lines.append("\(fault.fault) \(fault.targets.joined(separator: ", ")): \(remark.printable)")
    }
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

  private func time(_ seconds: Double?) -> String {
    seconds.map { HumaneText.number($0, decimals: 2) + "s" } ?? "-"
  }

  private func text(_ values: [String: Value]) -> String {
    values.sorted { $0.key < $1.key }.map { name, value in
      switch value {
      case .number(let number): "\(name) \(HumaneText.significant(number))"
      case .word(let word): "\(name) \(word)"
      }
    }.joined(separator: ", ")
  }
}
