import FoundationEssentials

extension WebPage {
  /// The text of Chart.js where Debian's packages put it; nil where it is not installed.
  public static var installedChartLibrary: String? {
    let places = ["/usr/share/javascript/chart.js", "/usr/share/nodejs/chart.js/dist"]
    for place in places {
      let file = URL(filePath: place).appending(path: "chart.min.js")
      if let bytes = try? Data(contentsOf: file) { return String(decoding: bytes, as: UTF8.self) }
    }
    return nil
  }
}
