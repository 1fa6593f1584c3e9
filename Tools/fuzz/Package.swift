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

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

let package = Package(
  name: "AssayFuzz",
  targets: [
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5"),
    .target(name: "CHDF5Extensions", dependencies: ["CHDF5"], cSettings: cSettings),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .target(name: "CSandbox", cSettings: cSettings),
    .target(name: "CChecksums", cSettings: cSettings),
    .target(
      name: "CImageCodecs", cSettings: cSettings,
      linkerSettings: ["jpeg", "png", "webp", "webpdemux"].map { .linkedLibrary($0) }),
    room("HDF5", ["CHDF5", "CHDF5Extensions"]),
    room("Tensors"),
    room("Sandbox", ["CSandbox"]),
    room("Archives", ["CZlib", "Tensors"]),
    room("TensorBundles", ["CChecksums"]),
    room("Checkpoints", ["Archives", "HDF5", "Sandbox", "TensorBundles", "Tensors"]),
    room("Datasets", ["Archives", "Tensors", "CImageCodecs"]),
    room(
      "FuzzedParsers",
      ["Archives", "CHDF5Extensions", "Checkpoints", "Datasets", "TensorBundles", "Tensors"]),
    .target(name: "CLibFuzzer"),
    .executableTarget(
      name: "Fuzzer", dependencies: ["CLibFuzzer", "FuzzedParsers"], swiftSettings: swiftSettings,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
  ]
)
