import Reporting

extension Capture {
  /// The name of a second file: `lab.pcapng` becomes `lab-host.pcapng`.
  public static func fileBeside(_ path: String, _ word: String) -> String {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
      return "\(path)-\(word)"
    }
    return "\(path.dropLast(name[dot...].count))-\(word)\(name[dot...])"
  }
}

extension Capture.Summary {
  /// What was captured, in one sentence without a full stop.
  public var sentence: String {
    let lost = dropped == 0 ? "none lost" : "\(HumaneText.count(dropped)) lost"
    let place = files.count == 1 ? files[0] : "\(files.count) files, the last \(files.last ?? "")"
    return "\(HumaneText.count(captured)) packets at \(interfaces.joined(separator: ", ")) in"
      + " \(place), \(lost)"
  }

  /// What has to be said besides, each in one sentence.
  public var notes: [String] {
    var notes: [String] = []
    if dropped > 0 {
      notes.append(
        "\(HumaneText.count(dropped)) packets came faster than they could be written; capture"
          + " fewer with --filter, or do not count losses from this file.")
    }
    if let ending { notes.append("The capture ended by itself: \(ending).") }
    return notes
  }
}
