import Testing

/// One file and one line for each thing that a catalogue lists.
struct CatalogTests {
  /// A folder in which every file is one thing of a kind, and the catalogue that names them all.
  struct Shelf: Sendable, CustomTestStringConvertible {
    let folder, kind, catalog: String
    /// Narrower protocols that stand for the kind, behind a wrapper that the catalogue names.
    var narrower: Set<String> = []
    var testDescription: String { kind }
  }

  static let shelves = [
    Shelf(
      folder: "Sources/ClusterModel/Strategies", kind: "Strategy",
      catalog: "Sources/ClusterModel/StrategyCatalog.swift",
      narrower: ["EnvoyPolicy", "HAProxyHashInput", "LoadRule", "SmoothTurnsCard"]),
    Shelf(
      folder: "Sources/ClusterModel/Metrics", kind: "Metric",
      catalog: "Sources/ClusterModel/Metrics/MetricCatalog.swift"),
    Shelf(
      folder: "Sources/FaultInjection/Faults", kind: "Injector",
      catalog: "Sources/FaultInjection/Injector.swift",
      narrower: ["PacketInjector", "ImpairmentByChance"]),
  ]

  @Test(arguments: shelves)
  func `every file is one thing, and the catalogue has a line for it`(_ shelf: Shelf) throws {
    let catalog = try ProjectFiles.file(shelf.catalog)
    let files = try ProjectFiles.files(in: shelf.folder, ending: ".swift")
      .filter { $0.path != shelf.catalog && !$0.stem.contains("+") }
    try #require(!files.isEmpty, "\(shelf.folder) is empty: CatalogTests.swift looks elsewhere")
    for file in files {
      let declared = conforming(to: shelf.narrower.union([shelf.kind]), in: file)
      #expect(
        declared == [file.stem],
        "\(file.path):1: it declares \(declared); a file is one \(shelf.kind) of its name")
      #expect(
        catalog.text.contains("\(file.stem).self") || catalog.text.contains("<\(file.stem)>.self"),
        "\(shelf.catalog):1: \(file.path) has no line here: add \(file.stem).self")
    }
  }

  private func conforming(to kinds: Set<String>, in file: ProjectFile) -> [String] {
    file.code.compactMap { _, line in
      let halves = line.split(separator: ":", maxSplits: 1)
      guard halves.count == 2, halves[0].contains("struct ") || halves[0].contains("enum ")
      else { return nil }
      let inherited = halves[1].split { !$0.isLetter }
      guard inherited.contains(where: { kinds.contains(String($0)) }) else { return nil }
      return halves[0].split { !$0.isLetter && !$0.isNumber }.last.map(String.init)
    }
  }
}
