import Synchronization

/// What became of one image under one network.
struct ImageOutcome: Sendable {
  let prediction: Prediction
  /// The logits, if they are kept.
  let logits: [Float]
}

/// The outcomes of all images, written by several threads, each in its own place.
final class OutcomeStore: Sendable {
  private struct State {
    /// For each network, by image.
    var outcomes: [[ImageOutcome?]]
    var done = 0
    var times: [Duration] = []
  }

  private let state: Mutex<State>

  init(networks: Int, expecting count: Int?) {
    let places = [ImageOutcome?](repeating: nil, count: count ?? 0)
    state = Mutex(State(outcomes: Array(repeating: places, count: networks)))
  }

  /// Stores what became of the images from `first` on, and tells how many are done in all.
  func store(_ finished: [[ImageOutcome]], at first: Int, after time: Duration?) -> Int {
    state.withLock { state in
      let count = finished.first?.count ?? 0
      for (network, outcomes) in finished.enumerated() {
        // A stream does not tell its length.
        let missing = first + count - state.outcomes[network].count
        if missing > 0 {
          state.outcomes[network].append(contentsOf: repeatElement(nil, count: missing))
        }
        for (index, outcome) in outcomes.enumerated() {
          state.outcomes[network][first + index] = outcome
        }
      }
      state.done += count
      if let time { state.times.append(time) }
      return state.done
    }
  }

  /// All outcomes of a network, in the order of the images.
  func all(of network: Int) -> [ImageOutcome] {
    state.withLock { $0.outcomes[network].compactMap(\.self) }
  }

  /// How many images are done.
  var done: Int { state.withLock(\.done) }

  /// How long each batch took, in no order.
  var times: [Duration] { state.withLock(\.times) }
}

/// The rows of one call, handed from one thread to another.
final class RowStore: Sendable {
  private let stored = Mutex<[Float]>([])

  /// The rows.
  var rows: [Float] { stored.withLock(\.self) }

  func store(_ rows: [Float]) { stored.withLock { $0 = rows } }
}
