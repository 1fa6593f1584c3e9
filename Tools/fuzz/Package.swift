// swift-tools-version: 6.2

import PackageDescription

// A package of its own, because flags for a sanitizer must not reach whoever uses the library. The
// rooms are those of the house, by symbolic links.

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .unsafeFlags(["-sanitize=fuzzer,address"]),
]
let cSettings: [CSetting] = [.unsafeFlags(["-fsanitize=fuzzer-no-link,address", "-g"])]

// Kernels read no stranger's bytes, and are never run here: quick to build is enough.
let plainCSettings: [CSetting] = [.unsafeFlags(["-O0"])]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
  name: "AssayFuzz",
  dependencies: [
    // The version of the house's own Package.swift.
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2")
  ],
  targets: [
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5"),
    .target(name: "CHDF5Extensions", dependencies: ["CHDF5"], cSettings: cSettings),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd"),
    .target(name: "CSandbox", cSettings: cSettings),
    .target(name: "CChecksums", cSettings: cSettings),
    .target(
      name: "CImageCodecs", cSettings: cSettings,
      linkerSettings: ["jpeg", "png", "webp", "webpdemux"].map { .linkedLibrary($0) }),
    .target(name: "COneDNN", cSettings: cSettings, linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CWinograd", dependencies: ["CLoops"], cSettings: plainCSettings),
    .target(name: "CDirect", dependencies: ["CLoops"], cSettings: plainCSettings),
    .target(name: "CLoops", cSettings: plainCSettings),
    .target(name: "CBands", dependencies: ["CLoops"], cSettings: plainCSettings),
    room("HDF5", ["CHDF5", "CHDF5Extensions"]),
    room("JSON"),
    room("KerasConfigs", ["JSON"]),
    room("Presets", ["JSON", "KerasConfigs"]),
    room("Files"),
    room("Digests", ["CCrypto"]),
    room("Tensors", ["Files"]),
    room("Documents"),
    room("Sandbox", ["CSandbox"]),
    room("Archives", ["CZlib", "Tensors"]),
    room("Wire", ["CChecksums"]),
    room("Records", ["Archives", "CZstd", "Wire"]),
    room("TensorBundles", ["Wire"]),
    room(
      "Checkpoints",
      [
        "Archives", "Files", "HDF5", "JSON", "KerasConfigs", "Presets", "Sandbox", "TensorBundles",
        "Tensors",
        "Wire",
      ]),
    room("Networks", ["Tensors"]),
    room("Layers", ["JSON", "KerasConfigs", "Networks", "Tensors"]),
    room("Importing", ["JSON", "KerasConfigs", "Layers", "Networks", "Tensors"]),
    room(
      "Binding",
      [
        "Checkpoints", "Documents", "Importing", "JSON", "KerasConfigs", "Layers", "Networks",
        "Tensors",
      ]),
    room("Engine", ["Networks", "Tensors", "CBands", "CDirect", "CLoops", "COneDNN", "CWinograd"]),
    room(
      "Datasets", ["Archives", "Files", "JSON", "Records", "Tensors", "Wire", "CImageCodecs"]),
    room(
      "Evaluation", ["Digests", "Documents", "Engine", "Datasets", "Files", "Networks", "Tensors"]),
    room(
      "Verification",
      ["Archives", "Digests", "Documents", "Engine", "Layers", "Networks", "Tensors"]),
    room(
      "Runs",
      ["CChecksums", "Datasets", "Digests", "Documents", "Evaluation", "Files", "Tensors"]),
    room("Architectures", ["Networks", "Layers", "Binding", "Checkpoints", "Tensors"]),
    room(
      "Models",
      [
        "Architectures", "Binding", "Checkpoints", "Datasets", "Digests", "Engine", "Evaluation",
        "Files", "Importing", "KerasConfigs", "Layers", "Networks", "Presets", "Tensors",
        "Verification",
      ]),
    room(
      "Studies",
      [
        "Datasets", "Digests", "Engine", "Evaluation", "Files", "Models", "Networks", "Runs",
        "Tensors", yams,
      ]),
    room(
      "FuzzedParsers",
      [
        "Archives", "Binding", "CHDF5Extensions", "Checkpoints", "Datasets", "Digests",
        "Evaluation", "HDF5", "JSON", "KerasConfigs", "Presets", "Records", "Runs", "Studies",
        "TensorBundles", "Tensors", "Verification", "Wire",
      ]),
    .target(name: "CLibFuzzer"),
    .executableTarget(
      name: "Fuzzer", dependencies: ["CLibFuzzer", "FuzzedParsers"], swiftSettings: swiftSettings,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
  ]
)
