import Testing

/// Which module may know which: the arrows of `Docs/Architecture.md`, all pointing one way.
struct ArrowTests {
  /// What each module of ours may import of ours; a module that is not here may not exist.
  static let arrows: [String: Set<String>] = [
    // The simulated world.
    "SimulationEngine": ["CMemory"],
    "Statistics": [],
    "ClusterModel": ["SimulationEngine", "Statistics", "ExperimentModel"],
    // What is asked of a simulated system.
    "Experimentation": ["ClusterModel", "ExperimentModel", "SimulationEngine", "Statistics"],
    // What simulations came to, as reports.
    "Forecasting": [
      "ClusterModel", "ExperimentModel", "Experimentation", "Reporting", "Statistics",
    ],
    // What real balancers did, against the simulated ones.
    "Conformance": [
      "ClusterModel", "ExperimentModel", "ExperimentDecoding", "Reporting", "SimulationEngine",
    ],
    // The language that both worlds share.
    "ExperimentModel": [],
    "ExperimentDecoding": ["ExperimentModel", "CYAML"],
    // The live world.
    "DockerEngine": ["CCurl"],
    "PacketCapture": ["CPcap", "Reporting"],
    "LoadGeneration": [
      "ClusterModel", "ExperimentModel", "SimulationEngine", "Statistics", "CCurl", "CEpoll",
    ],
    "ExperimentExecution": [
      "FaultInjection", "DockerEngine", "LoadGeneration", "PacketCapture", "ClusterModel",
      "ExperimentModel", "Reporting", "Statistics",
    ],
    "NetworkImpairment": ["CLinux", "ExperimentModel"],
    "FaultInjection": ["DockerEngine", "ExperimentModel", "NetworkImpairment"],
    // What both tools show and read.
    "Reporting": ["ExperimentModel", "Statistics"],
    "CommandLineParsing": [],
    // The two tools.
    "SimLab": [
      "ClusterModel", "Conformance", "ExperimentModel", "ExperimentDecoding", "Experimentation",
      "Forecasting", "Reporting", "CommandLineParsing", "Statistics",
    ],
    "Chaos": [
      "ExperimentExecution", "FaultInjection", "DockerEngine", "LoadGeneration", "PacketCapture",
      "ClusterModel", "ExperimentModel", "ExperimentDecoding", "Forecasting", "Reporting",
      "CommandLineParsing",
    ],
    // What a pick costs, alone.
    "PickBenchmark": ["ClusterModel", "ExperimentModel"],
    // C libraries of the system.
    "CYAML": [],
    "CCurl": [],
    "CPcap": [],
    "CEpoll": [],
    "CLinux": [],
    "CMemory": [],
  ]

  /// What modules import of the system; the simulated world runs on nothing but the language.
  static let system: [String: Set<String>] = [
    "ExperimentDecoding": ["Glibc"],
    "Experimentation": ["Dispatch", "Synchronization"],
    "DockerEngine": ["FoundationEssentials", "Glibc"],
    "NetworkImpairment": ["FoundationEssentials", "Glibc"],
    "FaultInjection": ["FoundationEssentials", "Glibc", "Synchronization"],
    "LoadGeneration": ["Glibc", "Synchronization"],
    "ExperimentExecution": ["Glibc", "Synchronization"],
    "Conformance": ["FoundationEssentials", "Glibc"],
    "PacketCapture": ["FoundationEssentials", "Glibc", "Synchronization"],
    "Reporting": ["FoundationEssentials"],
    "CommandLineParsing": ["Glibc"],
    "SimLab": ["FoundationEssentials", "Glibc", "Synchronization"],
    "Chaos": ["FoundationEssentials", "Glibc"],
  ]

  @Test func `a module imports only what the arrows allow`() throws {
    for file in try ProjectFiles.files(in: "Sources", ending: ".swift") {
      guard let module = file.module else { continue }
      let allowed = Self.arrows[module, default: []].union(Self.system[module, default: []])
      for (number, line) in file.code {
        guard let imported = importedModule(line), imported != module else { continue }
        #expect(
          allowed.contains(imported),
          "\(file.path):\(number): \(module) may not know \(imported); see ArrowTests.swift")
      }
    }
  }

  @Test func `Package.swift has the same arrows`() throws {
    let targets = try targetsOfPackage()
    let named = "list it in Package.swift and in ArrowTests.swift"
    #expect(Set(targets.keys) == Set(Self.arrows.keys), "Package.swift:1: \(named)")
    for (target, dependencies) in targets {
      let allowed = Self.arrows[target, default: []]
      #expect(
        dependencies.isSubset(of: allowed),
        "Package.swift:1: \(target) depends on \(dependencies.subtracting(allowed)): \(named)")
    }
  }

  @Test func `no arrow leads back to where it came from`() {
    func reachable(from module: String, _ seen: Set<String> = []) -> Set<String> {
      Self.arrows[module, default: []].reduce(into: seen) { seen, next in
        if seen.insert(next).inserted { seen = reachable(from: next, seen) }
      }
    }
    for module in Self.arrows.keys { #expect(!reachable(from: module).contains(module)) }
    #expect(!reachable(from: "ClusterModel").contains("FaultInjection"))
    #expect(!reachable(from: "FaultInjection").contains("ClusterModel"))
  }

  private func importedModule(_ line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
      words[..<place].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "package" })
    else { return nil }
    return words[place + 1].split(separator: ".").first.map(String.init)
  }

  /// The targets in `Sources` with what they depend on.
  private func targetsOfPackage() throws -> [String: Set<String>] {
    let text = try ProjectFiles.file("Package.swift").text
    var targets: [String: Set<String>] = [:]
    for kind in [".target(", ".executableTarget(", ".systemLibrary("] {
      for part in text.split(separator: kind).dropFirst(text.hasPrefix(kind) ? 0 : 1) {
        let declaration = part.prefix { $0 != ")" }
        let quoted = declaration.split(separator: "\"", omittingEmptySubsequences: false)
        guard quoted.count > 1, !declaration.contains("Tests/") else { continue }
        let listed = declaration.split(separator: "dependencies: [").dropFirst().first
        let names = listed?.prefix { $0 != "]" }.split(separator: "\"") ?? []
        targets[String(quoted[1])] = Set(
          names.filter { $0.first?.isLetter == true }.map(String.init))
      }
    }
    return targets
  }
}
