import Archives
import Synchronization

/// The images of WebDataset shards that arrive one after the other on a pipe, as `cat *.tar` sends them.
///
/// Labels are the network's own numbers: names could only be ordered when all are known. No more is held
/// than what was asked for: the sample after it stays in the pipe.
public final class TarStream: ImageSupply {
  /// What a report calls it.
  public let name: String

  private struct State {
    var samples: SampleReader
    var count = 0
    /// What broke the stream; whoever asks again hears it again.
    var failure: DatasetError?
  }
  private let state: Mutex<State>

  /// Reads from an open descriptor, 0 for standard input, which stays open.
  public init(descriptor: Int32, name: String) {
    self.name = name
    state = Mutex(
      State(
        samples: SampleReader(
          .stream(descriptor: descriptor, name: name), path: name, keepsContent: true)))
  }

  /// The same from bytes in memory.
  package init(bytes: [UInt8], name: String) {
    self.name = name
    state = Mutex(
      State(samples: SampleReader(.bytes(bytes, name: name), path: name, keepsContent: true)))
  }

  /// Not known before the end.
  public var expectedCount: Int? { nil }

  /// The next images; threads that ask at once wait for each other.
  ///
  /// - Throws: ``DatasetError`` where the stream is damaged or cut short, with the byte, or an image has
  ///   no label; images that came before it are handed out first.
  public func take(_ count: Int) throws -> (first: Int, images: [LabeledImage])? {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      let first = state.count
      var images: [LabeledImage] = []
      do throws(DatasetError) {
        while images.count < count, let sample = try state.samples.next() {
          if let image = try Self.image(sample, name) { images.append(image) }
        }
      } catch {
        state.failure = error
        if images.isEmpty { throw error }
      }
      guard !images.isEmpty else { return nil }
      state.count += images.count
      return (first, images)
    }
  }

  /// The image of a sample, if it has one.
  private static func image(
    _ sample: ShardSample, _ name: String
  ) throws(DatasetError) -> LabeledImage? {
    guard let image = try sample.image(name), let bytes = image.bytes else { return nil }
    let text = try sample.label(name) { member in member.bytes ?? [] }
    guard let label = LabelMeaning.number(text.bytes), label >= 0 else {
      throw .malformed(
        file: name,
        reason: "the sample \(ImageLocation.text(sample.key)) has the label "
          + "'\(ImageLocation.text(text.bytes))'; in a stream labels are the network's numbers, from 0 on"
      )
    }
    return LabeledImage(
      path: ImageLocation.text(image.entry.name), source: .bytes(bytes), labels: [label])
  }
}
