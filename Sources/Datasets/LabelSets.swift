/// For each image the classes that are right: one, or of sets as ReaL's any number.
///
/// One list for all: a list for each of millions of images would take ten times the memory.
struct LabelSets: Sendable {
  private var classes: [Int]
  /// Where the classes of each image end; `nil` where each has one.
  private var ends: [Int]?

  /// One class an image.
  init(_ classes: [Int]) {
    self.classes = classes
  }

  /// Sets, none of them yet.
  init() {
    classes = []
    ends = []
  }

  /// How many images have labels.
  var count: Int { ends?.count ?? classes.count }

  /// The classes of an image.
  subscript(image: Int) -> [Int] {
    guard let ends else { return [classes[image]] }
    return Array(classes[(image == 0 ? 0 : ends[image - 1])..<ends[image]])
  }

  /// Adds the set of the next image.
  mutating func append(_ set: Set<Int>) {
    classes += set.sorted()
    ends?.append(classes.count)
  }

  /// How many labels the images have in all.
  var labelCount: Int { classes.count }

  /// The same with another class, `places[class]`, in place of each.
  func relabelled(by places: [Int]) -> LabelSets {
    var sets = LabelSets()
    for image in 0..<count { sets.append(Set(self[image].map { places[$0] })) }
    return sets
  }
}
