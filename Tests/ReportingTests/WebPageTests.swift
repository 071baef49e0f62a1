import Reporting
import Statistics
import Testing

@Suite struct WebPageTests {
  private static func page(_ text: String) -> WebPage {
    WebPage(
      title: text, question: text, answer: text, facts: [text],
      sections: [
        WebPage.Section(
          text, paragraphs: [text],
          charts: [
            WebChart(
              text, kind: .bar, xTitle: text, yTitle: text, labels: ["one", "two"],
              series: [
                WebChart.Series(name: text, values: [1.5, 2], intervals: [[1, 2], [1.5, 2.5]])
              ])
          ],
          tables: [WebTable(header: [text], rows: [[text]])],
          strips: [
            WebStrip(
              text, rows: [.init(name: text, heat: [0.25, 1, 1], marks: ["", text, text])],
              starts: [0, 1, 2], end: 3)
          ],
          waterfall: WebWaterfall([
            TraceReport(
              number: 0, client: text, sentSeconds: 1, latencyMilliseconds: 20, ending: text,
              hops: [
                .init(milliseconds: 0, hop: "sent", node: text),
                .init(milliseconds: 5, hop: "service began", node: text),
                .init(milliseconds: 20, hop: "received", node: text),
              ])
          ]), verbatim: text)
      ])
  }

  @Test func `nothing that a file says becomes a part of the page's code`() {
    let page = Self.page("<script>alert(1)</script>&\"").html(chartLibrary: "/* </script> */")
    #expect(!page.contains("<script>alert"))
    #expect(!page.contains("/* </script> */"))
    #expect(page.split(separator: "</script>").count == 4)
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;"))
  }

  @Test func `behind every chart there is a table with its figures and intervals`() {
    let page = Self.page("text").html(chartLibrary: "")
    #expect(page.contains("<canvas data-chart=\"0\""))
    #expect(page.contains("<td>1.50 [1.00, 2.00]</td>"))
    #expect(page.contains("<summary>The figures as a table</summary>"))
  }

  @Test func `a strip says each word where it begins, and its figures in a table`() {
    let page = Self.page("word").html(chartLibrary: nil)
    #expect(page.split(separator: "<b>word</b>").count == 2)
    #expect(page.contains("--heat:25%") && page.contains("<td>100.0% word</td>"))
  }

  @Test func `a waterfall shows each part where it lies in the whole`() {
    let page = Self.page("word").html(chartLibrary: nil)
    #expect(page.contains("class=\"k0\" style=\"left:0.000%;width:25.000%\""))
    #expect(page.contains("class=\"k4\" style=\"left:25.000%;width:75.000%\""))
    #expect(page.contains("<td>service began</td>"))
  }

  @Test func `without the library of charts the tables are open and no script is there`() {
    let page = Self.page("text").html(chartLibrary: nil)
    #expect(!page.contains("<canvas") && !page.contains("<script"))
    #expect(page.contains("<details open>"))
  }

  @Test func `the page refers to nothing outside of itself`() {
    let page = Self.page("text").html(chartLibrary: "")
    for outside in ["http://", "https://", "src=", "href=", "@import", "url("] {
      #expect(!page.contains(outside), "\(outside)")
    }
  }
}
