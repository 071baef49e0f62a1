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
          tables: [WebTable(header: [text], rows: [[text]])], verbatim: text)
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
