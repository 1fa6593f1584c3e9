// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that whoever uses the library never builds what only measures it.

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "AssayBenchmarks",
  products: [
    .executable(name: "assay-benchmark", targets: ["AssayBenchmark"]),
    .executable(name: "assay-contender", targets: ["AssayContender"]),
  ],
  dependencies: [
    .package(name: "Assay", path: "../.."),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
  ],
  targets: [
    .target(
      name: "CBenchmark", cSettings: [.treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("jpeg"), .linkedLibrary("m")]),
    .executableTarget(
      name: "AssayBenchmark",
      dependencies: [
        "CBenchmark",
        .product(name: "Assay", package: "Assay"),
        .product(name: "CPeak", package: "Assay"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: swiftSettings),
    // What Tools/benchmarks/peers runs beside the other engines.
    .executableTarget(
      name: "AssayContender",
      dependencies: [
        "CBenchmark",
        .product(name: "Assay", package: "Assay"),
        .product(name: "CPeak", package: "Assay"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: swiftSettings),
  ]
)
