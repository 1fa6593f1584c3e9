// swift-tools-version: 6.2

import PackageDescription

// A program of its own that embeds the library; outside of this repository its URL stands in place of the path.
// `swift run --package-path Tools/examples/embedding Embedding WEIGHTS FOLDER` builds and runs it.
let package = Package(
  name: "Embedding",
  dependencies: [.package(name: "Assay", path: "../../..")],
  targets: [
    .executableTarget(
      name: "Embedding", dependencies: [.product(name: "Assay", package: "Assay")])
  ]
)
