import Files
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Outputs are written where their path leads")
struct DurableFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func content(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path(name), withDestinationPath: target)
  }

  private func isLink(_ name: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: folder.path(name))) != nil
  }

  @Test("A file is replaced whole, keeps its mode, and nothing is left beside it")
  func replaced() throws {
    let path = try folder.write(Data("before".utf8), as: "a")
    #expect(unsafe chmod(path, 0o640) == 0)
    try DurableFile.write(Data("after".utf8), to: path)
    #expect(try content("a") == "after")
    var status = stat()
    #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["a"])
  }

  @Test("Links stay links, one behind the other, relative or not; what they lead to is replaced")
  func links() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("there"), withIntermediateDirectories: false)
    _ = try folder.write(Data("before".utf8), as: "there/file")
    try link("there/inner", to: "file")
    try link("outer", to: folder.path("there/inner"))
    try DurableFile.write(Data("after".utf8), to: folder.path("outer"))
    #expect(try content("there/file") == "after")
    #expect(isLink("outer") && isLink("there/inner") && !isLink("there/file"))
    // One that leads to nothing yet makes what it leads to.
    try link("new", to: "there/made")
    try DurableFile.replace(folder.path("new")) { temporary in
      try Data("made".utf8).write(to: URL(fileURLWithPath: temporary))
    }
    #expect(isLink("new"))
    #expect(try content("there/made") == "made")
  }

  @Test("Links in a circle are refused")
  func circle() throws {
    try link("a", to: "b")
    try link("b", to: "a")
    let error = #expect(throws: FileError.self) {
      try DurableFile.write(Data(), to: folder.path("a"))
    }
    #expect(error?.isWrongPlace == true)
    #expect(isLink("a") && isLink("b"))
  }

  @Test("A pipe with a name gets the bytes, and stays a pipe", arguments: [false, true])
  func pipes(isLinked: Bool) throws {
    let path = folder.path("pipe")
    #expect(unsafe mkfifo(path, 0o600) == 0)
    if isLinked { try link("link", to: "pipe") }
    // Open on both ends, so that nobody waits for anybody.
    let reader = unsafe open(path, O_RDWR | O_NONBLOCK)
    defer { close(reader) }
    try DurableFile.write(Data("one ".utf8), to: folder.path(isLinked ? "link" : "pipe"))
    try DurableFile.replace(folder.path(isLinked ? "link" : "pipe")) { temporary in
      try Data("two".utf8).write(to: URL(fileURLWithPath: temporary))
    }
    let bytes = FileHandle(fileDescriptor: reader).availableData
    #expect(String(decoding: bytes, as: UTF8.self) == "one two")
    var status = stat()
    #expect(unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
  }

  @Test("A descriptor that a shell handed over is written through", arguments: ["fd", "link"])
  func descriptors(way: String) throws {
    let pipe = Pipe()
    // A number that no other test is given once it is closed: the system takes the lowest that is free.
    let number = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_DUPFD, way == "fd" ? 700 : 800)
    #expect(number >= 700)
    try pipe.fileHandleForWriting.close()
    var path = "/dev/fd/\(number)"
    if way == "link" {
      try link("out", to: "/proc/self/fd/\(number)")
      path = folder.path("out")
    }
    #expect(try OutputPlace(path) == .descriptor(number))
    try DurableFile.write(Data("through".utf8), to: path)
    close(number)
    let bytes = try pipe.fileHandleForReading.readToEnd()
    #expect(bytes == Data("through".utf8))
    // By now it is closed.
    #expect(throws: FileError.self) { try OutputPlace(path).check(path) }
  }

  @Test("A file behind a descriptor is written on in, not replaced")
  func redirected() throws {
    let path = try folder.write(Data("begun ".utf8), as: "log")
    let descriptor = unsafe open(path, O_WRONLY | O_APPEND)
    defer { close(descriptor) }
    try DurableFile.write(Data("ended".utf8), to: "/proc/self/fd/\(descriptor)")
    #expect(try content("log") == "begun ended")
  }

  @Test("A folder that is not there and a folder itself are wrong places")
  func wrongPlaces() throws {
    for path in [folder.path("none/a"), folder.path("")] {
      let error = #expect(throws: FileError.self) { try DurableFile.write(Data(), to: path) }
      #expect(error?.isWrongPlace == true)
    }
  }

  @Test("A name as long as names can be has room for another beside it")
  func longName() throws {
    let name = String(repeating: "n", count: 255)
    try DurableFile.write(Data("x".utf8), to: folder.path(name))
    #expect(try content(name) == "x")
  }

  @Test("Of two processes that create a file the first one's stays")
  func created() throws {
    try DurableFile.create(Data("1".utf8), at: folder.path("a"))
    try DurableFile.create(Data("2".utf8), at: folder.path("a"))
    #expect(try content("a") == "1")
  }

  @Test(
    "A path has a folder and a name, however short they are",
    arguments: [
      ("w", "", "w"), ("/w", "/", "w"), ("a/w", "a", "w"), ("/a//w//", "/a", "w"), ("/", "", ""),
      ("", "", ""), ("./ä", ".", "ä"),
    ])
  func parts(path: String, folder: String, name: String) {
    #expect(FilePath.folder(of: path) == folder && FilePath.name(of: path) == name)
  }

  @Test("Two paths to one file are one file")
  func identity() throws {
    let path = try folder.write(Data(), as: "a")
    try link("b", to: "a")
    #expect(FileIdentity(of: path) == FileIdentity(of: folder.path("b")))
    #expect(FileIdentity(of: folder.path("x")) == FileIdentity(of: folder.path("./x")))
    try link("c", to: "x")
    #expect(FileIdentity(of: folder.path("x")) == FileIdentity(of: folder.path("c")))
    #expect(FileIdentity(of: folder.path("x")) != FileIdentity(of: folder.path("y")))
  }
}
