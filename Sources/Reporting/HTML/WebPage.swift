/// A report as one file that opens in a browser without a network.
///
/// It can be read printed, in the dark, by keyboard and by a screen reader: each chart has its
/// table, and nothing is said by colour alone.
public struct WebPage: Sendable {
  /// A part of a page under a heading of its own.
  public struct Section: Sendable {
    /// The heading.
    public var heading: String
    /// What a reader should know first.
    public var paragraphs: [String]
    /// What is drawn, each with its table.
    public var charts: [WebChart]
    /// What is told as a table alone.
    public var tables: [WebTable]
    /// What is drawn as heat over time, each with its table.
    public var strips: [WebStrip]
    /// Where the time of single requests went, with its table.
    public var waterfall: WebWaterfall?
    /// Text to be shown as it is, such as a file.
    public var verbatim: String?

    /// Makes a section.
    public init(
      _ heading: String, paragraphs: [String] = [], charts: [WebChart] = [],
      tables: [WebTable] = [], strips: [WebStrip] = [], waterfall: WebWaterfall? = nil,
      verbatim: String? = nil
    ) {
      self.heading = heading
      self.paragraphs = paragraphs
      // A chart without a point, as of latencies where all requests failed, tells nothing.
      self.charts = charts.filter { chart in chart.series.contains { !$0.values.isEmpty } }
      self.tables = tables
      self.strips = strips
      self.waterfall = waterfall
      self.verbatim = verbatim
    }
  }

  /// What the experiment is called.
  public var title: String
  /// What it asks.
  public var question: String?
  /// What came out, in a sentence.
  public var answer: String
  /// How sure that is, and where it comes from.
  public var facts: [String]
  /// The parts, from the most to the least important.
  public var sections: [Section]

  /// Makes a page.
  public init(
    title: String, question: String?, answer: String, facts: [String], sections: [Section]
  ) {
    self.title = title
    self.question = question
    self.answer = answer
    self.facts = facts
    self.sections = sections
  }

  /// The page as HTML.
  ///
  /// - Parameter chartLibrary: the text of Chart.js; nil leaves the tables to speak for the charts.
  public func html(chartLibrary: String?) -> String {
    var charts: [WebChart] = []
    let body = sections.map { section in
      html(of: section, from: &charts, drawn: chartLibrary != nil)
    }
    let scripts =
      chartLibrary.map { library in
        "<script>\(library.replacing("</script", with: "<\\/script"))</script>\n"
          + "<script type=\"application/json\" id=\"charts\">\(Self.data(charts))</script>\n"
          + "<script>\(Self.script)</script>\n"
      } ?? ""
    let asked = question.map { "<p class=\"question\">\($0.escapedForHTML)</p>\n" } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title.escapedForHTML)</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <header>
      <h1>\(title.escapedForHTML)</h1>
      \(asked)<p class="answer">\(answer.escapedForHTML)</p>
      <ul class="facts">\(facts.map { "<li>\($0.escapedForHTML)</li>" }.joined())</ul>
      </header>
      <main>
      \(body.joined(separator: "\n"))
      </main>
      \(scripts)</body>
      </html>

      """
  }

  private func html(
    of section: Section, from charts: inout [WebChart], drawn isDrawn: Bool
  ) -> String {
    var lines = ["<section>", "<h2>\(section.heading.escapedForHTML)</h2>"]
    lines += section.paragraphs.map { "<p>\($0.escapedForHTML)</p>" }
    for chart in section.charts {
      let canvas = isDrawn ? canvas(for: chart, number: charts.count) : ""
      lines.append(figure(chart.title, drawn: canvas, chart.table))
      charts.append(chart)
    }
    for strip in section.strips {
      lines.append(figure(strip.title, drawn: strip.html, strip.table))
    }
    for table in section.tables { lines.append(html(of: table)) }
    if let waterfall = section.waterfall {
      lines.append(figure("Where the time went", drawn: waterfall.html, waterfall.table))
    }
    if let verbatim = section.verbatim {
      lines.append("<pre tabindex=\"0\">\(verbatim.escapedForHTML)</pre>")
    }
    return (lines + ["</section>"]).joined(separator: "\n")
  }

  /// A drawing with its table, which is open where there is no drawing.
  private func figure(_ title: String, drawn: String, _ table: WebTable) -> String {
    "<figure><figcaption>\(title.escapedForHTML)</figcaption>\(drawn)"
      + "<details\(drawn.isEmpty ? " open" : "")><summary>The figures as a table</summary>"
      + html(of: table) + "</details></figure>"
  }

  private func canvas(for chart: WebChart, number: Int) -> String {
    let label = "\(chart.title.escapedForHTML); the table below has the figures"
    // Bars that lie need room for each of their labels.
    let height = 5 + 2 * chart.labels.count
    let style = chart.isHorizontal ? " style=\"height:\(height)rem\"" : ""
    return "<div class=\"chart\"\(style)><canvas data-chart=\"\(number)\" role=\"img\""
      + " aria-label=\"\(label)\"></canvas></div>"
  }

  private func html(of table: WebTable) -> String {
    let header = table.header.map { "<th scope=\"col\">\($0.escapedForHTML)</th>" }.joined()
    let rows = table.rows.enumerated().map { place, row in
      let cells = row.enumerated().map { column, text in
        if column == 0 { return "<th scope=\"row\">\(text.escapedForHTML)</th>" }
        var style = ""
        if table.heat.indices.contains(place), table.heat[place].indices.contains(column - 1) {
          let percent = Int((min(max(table.heat[place][column - 1], 0), 1) * 100).rounded())
          style = " style=\"--heat:\(percent)%\" class=\"heat\""
        }
        return "<td\(style)>\(text.escapedForHTML)</td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    return "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>\(header)</tr></thead><tbody>"
      + rows.joined(separator: "\n") + "</tbody></table></div>"
  }

  /// The charts as JSON that may stand between the tags of a script.
  private static func data(_ charts: [WebChart]) -> String {
    lineOfJSON(charts).replacing("<", with: "\\u003c")
  }
}

extension String {
  /// The text as HTML shows it, and nothing that HTML would obey.
  var escapedForHTML: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}

extension String {
  /// The question in the comment that a file opens with; nil where it asks nothing.
  var openingQuestion: String? {
    let lines = split(separator: "\n", omittingEmptySubsequences: false).prefix {
      $0.hasPrefix("#")
    }
    let words = lines.flatMap { $0.drop { $0 == "#" }.split(separator: " ") }
    return words.last?.hasSuffix("?") == true ? words.joined(separator: " ") : nil
  }
}
