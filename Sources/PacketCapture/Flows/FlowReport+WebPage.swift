import Reporting

extension FlowReport {
  /// What the packets say about each server, as a part of a page.
  public var webSection: WebPage.Section {
    let lost = dropped == 0 ? "" : " \(HumaneText.count(dropped)) packets were lost by the capture."
    return WebPage.Section(
      "What the packets say",
      paragraphs: [
        "Connections to each server, with Wireshark's counts; times are in milliseconds.\(lost)"
      ],
      tables: [serverTable])
  }

  /// The connections to each server together.
  private var serverTable: WebTable {
    let servers = Dictionary(grouping: flows, by: \.server).sorted { $0.key < $1.key }
    return WebTable(
      header: [
        "Server", "Connections", "Packets", "Sent again", "Out of order", "Resets", "Requests",
        "Without answer", "TTFB p50", "TTFB p95", "TTFB p99",
      ],
      rows: servers.map { server, flows in
        let requests = flows.flatMap(\.requests)
        let times = Percentiles(of: requests.compactMap(\.firstByteMilliseconds))
        func sum(_ part: (Flow) -> Int) -> String {
          HumaneText.count(flows.reduce(0) { $0 + part($1) })
        }
        return [
          server, HumaneText.count(flows.count), sum(\.packets), sum(\.retransmissions),
          sum(\.outOfOrder), sum { $0.resetBy == nil ? 0 : 1 }, HumaneText.count(requests.count),
          HumaneText.count(requests.count { $0.status == nil }),
        ]
          + [times?.p50, times?.p95, times?.p99].map { $0.map(HumaneText.significant) ?? "" }
      })
  }
}
