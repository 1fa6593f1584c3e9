import Datasets
import Foundation
import Glibc
import Tensors
import Testing

@Suite("A folder per class")
struct LabeledImagesTests {
  @Test("is listed as Keras lists it")
  func order() throws {
    let tree = try Tree([
      "b/2.jpg", "b/10.jpg", "b/.hidden.PNG", "b/notes.txt", "b/Upper.JpEg", "b/sub/z.bmp",
      "b/sub-x/a.gif", "b/sub/deep/a.png", "b/.dot/c.png", "b/jpg", "b/x.jpg.gz",
      "Z/one.jpg", ".git/never.jpg", "loose.jpg", "é/é.png", "z/last.png",
    ])
    try tree.makeFolder("empty")
    try tree.makeFolder("b/folder.jpg")
    try tree.link("b/sub", to: "Z/linked")
    try tree.link("b/2.jpg", to: "Z/link.png")
    try tree.link("b/sub", to: "linked-class")
    let found = try LabeledImages(directory: tree.path)
    #expect(found.classNames == ["Z", "b", "empty", "linked-class", "z", "é"])
    #expect(
      found.images.map(\.path) == [
        "Z/link.png", "Z/one.jpg",
        "b/.hidden.PNG", "b/10.jpg", "b/2.jpg", "b/Upper.JpEg", "b/.dot/c.png",
        "b/sub/z.bmp", "b/sub-x/a.gif", "b/sub/deep/a.png",
        "linked-class/z.bmp", "linked-class/deep/a.png",
        "z/last.png", "é/é.png",
      ])
    #expect(found.images.map(\.labels) == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 4, 5].map { [$0] })
    #expect(found.images[1].source.file?.description == tree.path + "/Z/one.jpg")
  }

  @Test("keeps names that are not UTF-8, and opens them")
  func otherNames() throws {
    let tree = try Tree(["a/plain.png"])
    let name = Array("\(tree.path)/a/".utf8) + [0xE9, 0xFF] + Array(".jpg".utf8)
    let path = name.map { CChar(bitPattern: $0) } + [0]
    let descriptor = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
    #expect(descriptor >= 0)
    close(descriptor)
    let found = try LabeledImages(directory: tree.path)
    #expect(found.images.map(\.path) == ["a/plain.png", "a/\\xe9\\xff.jpg"])
    let last = try #require(found.images.last)
    let place = try #require(last.source.file)
    #expect(place.bytes == name)
    #expect(try ImageFile.withBytes(of: place) { $0 } == [])
  }

  @Test("names what is missing")
  func failures() throws {
    let tree = try Tree(["only.jpg"])
    #expect(throws: DatasetError.noClasses(tree.path)) { try LabeledImages(directory: tree.path) }
    #expect(throws: DatasetError.missingDirectory(tree.path + "/none")) {
      try LabeledImages(directory: tree.path + "/none")
    }
    #expect(throws: DatasetError.notADirectory(tree.path + "/only.jpg")) {
      try LabeledImages(directory: tree.path + "/only.jpg")
    }
    try tree.makeFolder("a")
    try tree.makeFolder("b")
    #expect(throws: DatasetError.noImages(tree.path, classes: 2)) {
      try LabeledImages(directory: tree.path)
    }
  }

  @Test("lists special files and never waits for one")
  func specialFiles() throws {
    let tree = try Tree(["a/good.png"])
    try tree.link("nowhere", to: "a/dangling.jpg")
    let pipe = unsafe mkfifo(tree.path + "/a/pipe.jpg", 0o600)
    #expect(pipe == 0)
    let found = try LabeledImages(directory: tree.path)
    #expect(found.images.map(\.path) == ["a/dangling.jpg", "a/good.png", "a/pipe.jpg"])
    let preprocessor = try ImagePreprocessor(.kerasTF, shape: ImageShape(height: 4, width: 4))
    let reasons = found.images.map { image in
      var values = [Float](repeating: 0, count: 48)
      return unsafe values.withUnsafeMutableBufferPointer { buffer -> ImageError? in
        do throws(ImageError) {
          _ = try unsafe preprocessor.prepare(image.source.contents(), into: buffer)
          return nil
        } catch {
          return error
        }
      }
    }
    #expect(
      reasons == [
        ImageError(.unreadable, "No such file or directory"),
        ImageError(.unknownFormat, "the file is empty"),
        ImageError(.unreadable, "not a regular file"),
      ])
  }

  @Test("names what git or a packer left in an image's place")
  func foreign() throws {
    let tree = try Tree(["a/1.jpg", "a/2.png"])
    for (name, bytes) in [
      ("a/1.jpg", Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8)),
      ("a/2.png", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]),
    ] {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(tree.path)/\(name)"))
    }
    let reasons = try LabeledImages(directory: tree.path).images.map { image in
      let bytes = try image.source.contents().bytes
      do throws(ImageError) {
        _ = try ImageHeader(bytes, rules: .tensorFlow)
        return "an image"
      } catch {
        return error.reason
      }
    }
    #expect(
      reasons == [
        "a Git LFS pointer, not the file itself: git lfs pull",
        "a gzip file; unpack it first, with gzip -d",
      ])
  }
}
