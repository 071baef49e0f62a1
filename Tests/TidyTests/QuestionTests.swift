import Testing

/// Every file that describes a system says what it is there to answer.
struct QuestionTests {
  @Test(arguments: ["topologies", "experiments", "Benchmarks/models"])
  func `every topology opens with a comment that asks a question`(folder: String) throws {
    for file in try ProjectFiles.files(in: folder, ending: ".yaml") {
      let opening = file.lines.prefix { $0.hasPrefix("# ") }
      let asks = opening.last?.hasSuffix("?") == true
      #expect(asks, "\(file.path):1: open it with a comment that asks what it answers (# …?)")
    }
  }
}
