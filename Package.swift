// swift-tools-version: 6.2

import PackageDescription

/// One array for every Swift target, so that no room is held to a looser standard.
let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let cSettings: [CSetting] = [.treatAllWarnings(as: .error)]

/// A room of the house: a library target and nothing but the rooms below it.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The tests of one room, mirroring `Sources/<name>`.
///
/// What they try is optimised in any case; their own lines take half as long again to compile if they are too,
/// which is worth it only where the tests themselves go over pixels or weights.
func tests(
  _ name: String, _ dependencies: [Target.Dependency] = [], optimized: Bool = false
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
    swiftSettings: swiftSettings + (optimized ? [] : [.unsafeFlags(["-Onone"])]))
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "Assay",
  products: [
    .library(name: "Assay", targets: ["Assay"]),
    .executable(name: "assay", targets: ["AssayCommand"]),
    // For Tools/benchmarks, a package of its own.
    .library(name: "CPeak", targets: ["CPeak"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // The boundary to C: everything unsafe stops here.
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .target(name: "CHDF5Extensions", dependencies: ["CHDF5"], cSettings: cSettings),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CSandbox", cSettings: cSettings),
    .target(name: "CChecksums", cSettings: cSettings),
    .target(name: "COneDNN", cSettings: cSettings, linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CWinograd", dependencies: ["CLoops"], cSettings: cSettings),
    .target(name: "CDirect", dependencies: ["CLoops"], cSettings: cSettings),
    .target(name: "CLoops", cSettings: cSettings),
    .target(name: "CBands", dependencies: ["CLoops"], cSettings: cSettings),
    .target(name: "CPeak", cSettings: cSettings),
    .target(
      name: "CImageCodecs", cSettings: cSettings,
      linkerSettings: ["jpeg", "png", "webp", "webpdemux"].map { .linkedLibrary($0) }),

    // Ground floor.
    room("HDF5", ["CHDF5", "CHDF5Extensions"]),
    room("JSON"),
    room("Files"),
    room("Tensors", ["Files"]),
    room("Documents"),
    room("Digests", ["CCrypto"]),
    room("Sandbox", ["CSandbox"]),
    room("KerasConfigs", ["JSON"]),
    room("Presets", ["JSON", "KerasConfigs"]),
    room("Archives", ["CZlib", "Tensors"]),
    room("Wire", ["CChecksums"]),
    room("Records", ["Archives", "CZstd", "Wire"]),
    room("TensorBundles", ["Wire"]),

    // The weights' lane.
    room("Networks", ["Tensors"]),
    room("Layers", ["JSON", "KerasConfigs", "Networks", "Tensors"]),
    room("Importing", ["JSON", "KerasConfigs", "Layers", "Networks", "Tensors"]),
    room(
      "Checkpoints",
      [
        "Archives", "Files", "HDF5", "KerasConfigs", "JSON", "Presets", "Sandbox", "TensorBundles",
        "Tensors",
        "Wire",
      ]),
    room(
      "Binding",
      [
        "Checkpoints", "Documents", "Importing", "KerasConfigs", "Layers", "Networks", "Tensors",
      ]),
    room("Architectures", ["Networks", "Layers", "Binding", "Checkpoints", "Tensors"]),
    room("Engine", ["Networks", "Tensors", "CBands", "CDirect", "CLoops", "COneDNN", "CWinograd"]),

    // The images' lane.
    room(
      "Datasets", ["Archives", "Files", "JSON", "Records", "Tensors", "Wire", "CImageCodecs"]),

    // Where the lanes meet.
    room(
      "Exporting",
      [
        "Binding", "Checkpoints", "Datasets", "JSON", "Layers", "Networks", "Tensors",
      ]),
    room(
      "Evaluation", ["Digests", "Documents", "Engine", "Datasets", "Files", "Networks", "Tensors"]),
    room(
      "Models",
      [
        "Architectures", "Binding", "Checkpoints", "Datasets", "Digests", "Engine", "Evaluation",
        "Files", "Importing", "KerasConfigs", "Layers", "Networks", "Presets", "Tensors",
        "Verification",
      ]),
    room(
      "Verification",
      ["Archives", "Digests", "Documents", "Engine", "Layers", "Networks", "Tensors"]),
    room(
      "Runs", ["CChecksums", "Datasets", "Digests", "Documents", "Evaluation", "Files", "Tensors"]),
    room(
      "Studies",
      [
        "Datasets", "Digests", "Engine", "Evaluation", "Files", "Models", "Networks", "Runs",
        "Tensors", yams,
      ]),
    room(
      "Reports",
      [
        "Datasets", "Digests", "Documents", "Evaluation", "Layers", "Networks", "Tensors",
        "Verification",
      ]),
    room(
      "Assay",
      [
        "Tensors", "Networks", "Layers", "Checkpoints", "Binding", "Architectures", "Engine",
        "Datasets", "Evaluation", "Models", "Reports", "Runs", "Studies", "Verification",
      ]),

    // The front door. Its name differs from the library's by more than case.
    .executableTarget(
      name: "AssayCommand",
      dependencies: [
        "Architectures", "Binding", "Checkpoints", "CMalloc", "CPeak", "Datasets", "Digests",
        "Documents", "Engine", "Evaluation", "Exporting", "Files", "Importing", "KerasConfigs",
        "Layers", "Models", "Networks", "Reports", "Runs", "Studies", "Tensors", "Verification",
        argumentParser,
      ], swiftSettings: swiftSettings),

    .target(
      name: "TestSupport", dependencies: ["Archives", "Tensors", "Checkpoints", "Wire"],
      path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    // Parsers of bytes that nobody vouches for: for the tests, and for Tools/fuzz.
    .target(
      name: "FuzzedParsers",
      dependencies: [
        "Archives", "Binding", "CHDF5Extensions", "Checkpoints", "Datasets", "Digests",
        "Evaluation", "HDF5", "JSON", "KerasConfigs", "Presets", "Records", "Runs", "Studies",
        "TensorBundles", "Tensors", "Verification", "Wire",
      ], path: "Tests/FuzzedParsers", swiftSettings: swiftSettings),
    // Child processes for tests: an honest reader, and others.
    .executableTarget(
      name: "ReaderProgram", dependencies: ["Checkpoints", "Sandbox", "Tensors", "TestSupport"],
      path: "Tests/ReaderProgram", swiftSettings: swiftSettings),
    // Swaps planted in trained networks: for the tests of the check, and for Tools/check-study.
    .target(
      name: "CheckStudy",
      dependencies: [
        "Architectures", "Binding", "Checkpoints", "Datasets", "Engine", "Networks", "Tensors",
        "TestSupport", "Verification",
      ], path: "Tests/CheckStudy", swiftSettings: swiftSettings),
    .executableTarget(
      name: "CheckStudyProgram", dependencies: ["CheckStudy"], path: "Tests/CheckStudyProgram",
      swiftSettings: swiftSettings),
    // Reports of made-up predictions: for the tests, and for Tools/test-report.
    .target(
      name: "SampleReports", dependencies: ["Datasets", "Evaluation", "Networks", "TestSupport"],
      path: "Tests/SampleReports", swiftSettings: swiftSettings),
    .executableTarget(
      name: "SampleReportProgram", dependencies: ["Evaluation", "SampleReports", "Reports"],
      path: "Tests/SampleReportProgram", swiftSettings: swiftSettings),
    // The example of Tools/examples, which sees of the library what a program elsewhere sees.
    .executableTarget(
      name: "Embedding", dependencies: ["Assay"],
      path: "Tools/examples/embedding/Sources/Embedding", packageAccess: false,
      swiftSettings: swiftSettings),
    tests("Assay", ["Embedding"]),
    tests(
      "Models",
      [
        "Architectures", "Binding", "Checkpoints", "Datasets", "Engine", "Evaluation", "Networks",
        "Tensors",
      ]),
    tests("AssayCommand", ["Archives", "Checkpoints", "Datasets", "Tensors"]),
    tests("JSON"),
    tests("Files"),
    tests("KerasConfigs", ["JSON"]),
    tests("Tensors"),
    tests("CLoops", optimized: true),
    tests(
      "Importing",
      [
        "Archives", "Binding", "Checkpoints", "Engine", "Exporting", "JSON", "KerasConfigs",
        "Networks", "Tensors",
      ], optimized: true),
    tests("Documents"),
    tests("Digests", ["Tensors"]),
    tests("HDF5", ["CHDF5Extensions"]),
    tests("Archives", ["Tensors"]),
    tests("Wire", ["CChecksums"]),
    tests("Records", ["Wire"]),
    tests("TensorBundles", ["Wire"]),
    tests("Networks", ["Layers"]),
    tests("Sandbox", ["CSandbox", "ReaderProgram"]),
    tests("FuzzedParsers"),
    tests("Checkpoints", ["Archives", "CZlib", "HDF5", "ReaderProgram", "Sandbox", "Tensors"]),
    tests("Binding", ["Checkpoints", "Importing", "Layers", "Networks", "Tensors"]),
    tests(
      "Architectures",
      ["Archives", "Binding", "Checkpoints", "Importing", "KerasConfigs", "Networks", "Tensors"]),
    tests(
      "Engine",
      [
        "Architectures", "CBands", "CDirect", "CLoops", "CWinograd", "Layers", "Networks",
        "Tensors",
      ],
      optimized: true),
    tests(
      "Datasets", ["Archives", "Digests", "Records", "Tensors", "Wire"], optimized: true),
    tests(
      "Runs",
      [
        "Architectures", "Binding", "Checkpoints", "Datasets", "Engine", "Evaluation", "Networks",
        "Tensors",
      ]),
    tests(
      "Exporting",
      [
        "Architectures", "Binding", "Checkpoints", "Datasets", "Engine", "JSON", "KerasConfigs",
        "Layers", "Models", "Networks", "Tensors",
      ]),
    tests(
      "Studies", ["Checkpoints", "Datasets", "Engine", "Evaluation", "Models", "Runs", "Tensors"]),
    tests(
      "Reports",
      [
        "Architectures", "Datasets", "Documents", "Evaluation", "Networks", "SampleReports",
        "Tensors", "Verification",
      ]),
    tests(
      "Verification",
      [
        "Architectures", "Archives", "Binding", "CheckStudy", "Checkpoints", "Engine", "Networks",
        "Tensors",
      ]),
    tests(
      "Evaluation",
      [
        "Architectures", "Binding", "Checkpoints", "Datasets", "Documents", "Engine", "Networks",
        "Tensors",
      ]),
  ]
)
