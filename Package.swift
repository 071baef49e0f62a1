// swift-tools-version: 6.2
import PackageDescription

/// What every module is compiled with: Swift 6 rules, and no warning survives.
let everywhere: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// What the modules of the simulation's inner loop are compiled with besides: calls between them
/// are specialised as if they were one module, and the exclusivity of memory, which their
/// noncopyable owners prove at compile time, is not checked again at run time.
let hotPath: [SwiftSetting] =
  everywhere + [
    .unsafeFlags(
      ["-cross-module-optimization", "-enforce-exclusivity=unchecked"],
      .when(configuration: .release))
  ]

let package = Package(
  name: "network-lab",
  products: [
    .executable(name: "simlab", targets: ["SimLab"]),
    .executable(name: "chaos", targets: ["Chaos"]),
  ],
  targets: [
    // The simulated world.
    // Both import nothing of the C library but what the processor can be told about memory;
    // rounding and square roots are exact in any libm.
    .target(
      name: "SimulationEngine", dependencies: ["CMemory"], swiftSettings: hotPath,
      linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Statistics", swiftSettings: hotPath, linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "ClusterModel",
      dependencies: ["SimulationEngine", "Statistics", "ExperimentModel"],
      swiftSettings: hotPath),

    // The language that both worlds share.
    .target(name: "ExperimentModel", swiftSettings: everywhere),
    .target(
      name: "ExperimentDecoding",
      dependencies: ["ExperimentModel", "CYAML"],
      swiftSettings: everywhere),

    // What is asked of a simulated system: replications, comparisons, searches.
    .target(
      name: "Experimentation",
      dependencies: ["ClusterModel", "ExperimentModel", "SimulationEngine", "Statistics"],
      swiftSettings: everywhere),

    // What simulations came to, as reports.
    .target(
      name: "Forecasting",
      dependencies: [
        "ClusterModel", "ExperimentModel", "Experimentation", "Reporting", "Statistics",
      ],
      swiftSettings: everywhere),

    // What real balancers were recorded to do, against the simulated ones.
    .target(
      name: "Conformance",
      dependencies: [
        "ClusterModel", "ExperimentModel", "ExperimentDecoding", "Reporting", "SimulationEngine",
      ],
      swiftSettings: everywhere),

    // The live world.
    .target(name: "DockerEngine", dependencies: ["CCurl"], swiftSettings: everywhere),
    .target(
      name: "NetworkImpairment",
      dependencies: ["CLinux", "ExperimentModel"],
      swiftSettings: everywhere, linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "FaultInjection",
      dependencies: ["DockerEngine", "ExperimentModel", "NetworkImpairment"],
      swiftSettings: everywhere),

    .target(
      name: "LoadGeneration",
      dependencies: [
        "ClusterModel", "ExperimentModel", "SimulationEngine", "Statistics", "CCurl", "CEpoll",
      ],
      swiftSettings: everywhere),
    .target(
      name: "ExperimentExecution",
      dependencies: [
        "FaultInjection", "DockerEngine", "LoadGeneration", "PacketCapture", "ClusterModel",
        "ExperimentModel", "Reporting", "Statistics",
      ],
      swiftSettings: everywhere),

    .target(
      name: "PacketCapture", dependencies: ["CPcap", "Reporting"], swiftSettings: everywhere),

    // What both tools show and read.
    .target(
      name: "Reporting", dependencies: ["ExperimentModel", "Statistics"],
      swiftSettings: everywhere),
    .target(name: "CommandLineParsing", swiftSettings: everywhere),

    .executableTarget(
      name: "SimLab",
      dependencies: [
        "ClusterModel", "Conformance", "ExperimentModel", "ExperimentDecoding", "Experimentation",
        "Forecasting", "Reporting", "CommandLineParsing", "Statistics",
      ],
      swiftSettings: everywhere),
    .executableTarget(
      name: "Chaos",
      dependencies: [
        "ExperimentExecution", "FaultInjection", "DockerEngine", "LoadGeneration", "PacketCapture",
        "ClusterModel", "ExperimentModel", "ExperimentDecoding", "Forecasting", "Reporting",
        "CommandLineParsing",
      ],
      swiftSettings: everywhere),

    // What a pick costs, alone.
    .executableTarget(
      name: "PickBenchmark", dependencies: ["ClusterModel", "ExperimentModel"],
      path: "Benchmarks/Picks", swiftSettings: everywhere),

    // C libraries of the system: module maps and headers, no logic.
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CEpoll"),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CMemory"),

    // Tests.
    .target(name: "LabTestSupport", path: "Tests/LabTestSupport", swiftSettings: everywhere),
    .testTarget(
      name: "SimulationEngineTests",
      dependencies: ["SimulationEngine", "LabTestSupport"], swiftSettings: everywhere),
    .testTarget(
      name: "StatisticsTests",
      dependencies: ["Statistics", "LabTestSupport"], swiftSettings: everywhere),
    // It counts the allocations of the test program.
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    .testTarget(
      name: "ClusterModelTests",
      dependencies: [
        "ClusterModel", "ExperimentDecoding", "ExperimentModel", "Reporting", "SimulationEngine",
        "Statistics", "LabTestSupport", "CAllocationCount",
      ],
      swiftSettings: everywhere),
    .testTarget(
      name: "ExperimentationTests",
      dependencies: [
        "Experimentation", "ClusterModel", "ExperimentModel", "Statistics", "LabTestSupport",
      ],
      swiftSettings: everywhere),
    .testTarget(
      name: "ConformanceTests",
      dependencies: [
        "Conformance", "ClusterModel", "ExperimentModel", "Reporting", "LabTestSupport",
      ],
      swiftSettings: everywhere),
    .testTarget(
      name: "ExperimentDecodingTests",
      dependencies: ["ExperimentDecoding", "ExperimentModel", "LabTestSupport"],
      swiftSettings: everywhere),
    .testTarget(
      name: "CommandLineParsingTests",
      dependencies: ["CommandLineParsing", "LabTestSupport"], swiftSettings: everywhere),
    .testTarget(
      name: "ReportingTests",
      dependencies: ["Reporting", "ExperimentModel", "Statistics", "LabTestSupport"],
      swiftSettings: everywhere),
    .testTarget(
      name: "SimLabTests",
      dependencies: ["Reporting", "LabTestSupport"], swiftSettings: everywhere),
    .testTarget(
      name: "DockerEngineTests",
      dependencies: ["DockerEngine", "LabTestSupport"], swiftSettings: everywhere),
    .testTarget(
      name: "NetworkImpairmentTests",
      dependencies: ["NetworkImpairment", "ExperimentModel", "LabTestSupport"],
      swiftSettings: everywhere),
    .testTarget(
      name: "FaultInjectionTests",
      dependencies: ["FaultInjection", "DockerEngine", "ExperimentModel", "LabTestSupport"],
      swiftSettings: everywhere),
    .testTarget(
      name: "PacketCaptureTests",
      dependencies: ["PacketCapture", "Reporting", "LabTestSupport"], exclude: ["Captures"],
      swiftSettings: everywhere),
    .testTarget(
      name: "LoadGenerationTests",
      dependencies: [
        "LoadGeneration", "ClusterModel", "ExperimentModel", "SimulationEngine", "Statistics",
        "LabTestSupport",
      ],
      swiftSettings: everywhere),
    .testTarget(
      name: "ExperimentExecutionTests",
      dependencies: [
        "ExperimentExecution", "ClusterModel", "ExperimentDecoding", "ExperimentModel",
        "FaultInjection", "LoadGeneration", "PacketCapture", "Reporting", "Statistics",
        "LabTestSupport",
      ],
      swiftSettings: everywhere),
    .testTarget(
      name: "ChaosTests", dependencies: ["Reporting", "LabTestSupport"], exclude: ["Programs"],
      swiftSettings: everywhere),
    .testTarget(
      name: "LiveTests",
      dependencies: ["DockerEngine", "FaultInjection", "Reporting", "LabTestSupport"],
      exclude: ["Programs"], swiftSettings: everywhere),
    .testTarget(
      name: "TidyTests", dependencies: ["LabTestSupport"], swiftSettings: everywhere),
  ]
)
