import HDF5

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

extension CheckpointIsolation {
  /// Starts the child process that will read the file at `path`, so that it is there once a checkpoint is opened.
  ///
  /// To be called as early as a path is known; where it is not the path of a checkpoint in HDF5, or is never opened,
  /// nothing but a little time is lost. One child waits at a time.
  public func prepare(_ path: String) {
    guard case .childProcess(let executable, let arguments) = self else { return }
    PreparedReader.prepare(path, executable, arguments)
  }

  /// Opens and lists the HDF5 file in `region`, which may be closed afterwards.
  func open(
    _ region: FileRegion, path: String
  ) throws(CheckpointError) -> (CheckpointListing, Checkpoint.Reader) {
    let bytes: RegionBytes
    do throws(HDF5Error) {
      bytes = try RegionBytes(region, path: path)
    } catch {
      throw CheckpointError(error)
    }
    let plain = PlainValues(bytes)
    switch self {
    case .inProcess:
      do throws(HDF5Error) {
        let file = try HDF5File(reading: region, path: path)
        let listing = try Checkpoint.listing(of: file, size: region.length)
        return (
          listing,
          { tensor, buffer throws(CheckpointError) in
            guard try unsafe !plain.read(tensor, into: buffer) else { return }
            try unsafe Checkpoint.read(tensor, in: file, into: buffer)
          }
        )
      } catch {
        throw CheckpointError(error)
      }
    case .childProcess(let executable, let arguments):
      let (file, listing) = try IsolatedFile.open(
        region, path: path, executable: executable, arguments: arguments)
      return (
        listing,
        { tensor, buffer throws(CheckpointError) in
          guard try unsafe !plain.read(tensor, into: buffer) else { return }
          try unsafe file.read(tensor, into: buffer)
        }
      )
    }
  }
}

/// Reads the tensors that lie in a file as they are: once, straight into their place, by any number
/// of threads, and without libhdf5.
private final class PlainValues: Sendable {
  private let bytes: RegionBytes

  init(_ bytes: consuming RegionBytes) { self.bytes = bytes }

  /// Fills `buffer` with a tensor, unless it lies in the file in another way.
  func read(
    _ tensor: CheckpointTensor, into buffer: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) -> Bool {
    guard let offset = tensor.plainOffset else { return false }
    do throws(HDF5Error) {
      try unsafe bytes.read(
        at: offset, into: UnsafeMutableRawBufferPointer(buffer), of: tensor.path)
    } catch {
      throw CheckpointError(error)
    }
    return true
  }
}
