/// Where the C library that reads HDF5 files may run.
///
/// libhdf5 is not safe against files made or damaged to harm it: some crash it, some make it hang.
public enum CheckpointIsolation: Sendable, Hashable {
  /// In this process: quickest, and for files that you trust.
  case inProcess
  /// In a child process for each file, with limits on time, memory and system calls.
  ///
  /// `executable` is started with `arguments` and must call ``IsolatedReader/serve()`` before all
  /// else. A program can start itself, as `/proc/self/exe`, with an argument of its own. Linux only.
  case childProcess(executable: String, arguments: [String])
}

extension Checkpoint {
  /// Opens the checkpoint at `path` with libhdf5 in this process or in one of its own.
  ///
  /// In a child process the tensors and errors are the same, and further: a file that crashes
  /// libhdf5, takes it too long or too much memory throws `.damaged`, and every later read of this
  /// checkpoint throws the same; where no limits can be set, `.notIsolated`.
  public init(
    contentsOf path: String, isolation: CheckpointIsolation
  ) throws(CheckpointError) {
    switch isolation {
    case .inProcess: try self.init(contentsOf: path)
    case .childProcess(let executable, let arguments):
      let (file, listing) = try IsolatedFile.open(
        path, executable: executable, arguments: arguments)
      unsafe self.init(listing) { tensor, buffer throws(CheckpointError) in
        try unsafe file.read(tensor, into: buffer)
      }
    }
  }
}
