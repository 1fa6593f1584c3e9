import Foundation

// What a comparison says, in the same words in the terminal, in Markdown and on pages.
extension ResultComparison {
  /// How many images have another guess, and how many results have no partner.
  ///
  /// - Parameter areSets: Whether the labels are sets, of which a guess is one too.
  package func counts(areSets: Bool) -> [String] {
    let guess = Self.guessName(areSets: areSets)
    return [
      "\(common) images in both; \(changedGuesses) have another \(guess)",
      unpaired > 0
        ? "\(unpaired) results have no partner of the same path and content that was read" : nil,
    ].compactMap(\.self)
  }

  /// Whether the flips are more than chance.
  package var verdict: String {
    "right in the first alone \(test.onlyFirst), in the second alone \(test.onlySecond); "
      + "McNemar's test: p = \(McNemarTest.text(test.probability))"
      + (test.onlyFirst + test.onlySecond == 0
        ? "" : test.probability < SeriesComparison.level ? ", more than chance" : ", may be chance")
  }

  /// What the networks say of an image.
  package static func guessName(areSets: Bool) -> String {
    areSets ? "set of guessed labels" : "first guess"
  }

  /// What stands where nothing was made differently.
  package static let madeAlike =
    "made alike: weights, input, images, labels and versions are the same"
}

extension ResultComparison.Difference {
  /// What the first has, a dash for nothing.
  package var firstText: String { first.isEmpty ? "–" : first }
  /// What the second has, a dash for nothing.
  package var secondText: String { second.isEmpty ? "–" : second }
}

extension ResultComparison.Flip {
  /// What became of it.
  package var outcome: String { isGain ? "gained" : "lost" }
}
