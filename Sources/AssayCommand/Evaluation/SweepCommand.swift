import Architectures
public import ArgumentParser
import Datasets
import Documents
import Engine
public import Evaluation
import Foundation
import Networks
import Reports
import Studies
import Tensors

/// `assay sweep`: the protocol under which a network meets a published number.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Searches presets, sizes, crops, interpolations, normalisations and orders of labels "
      + "for the protocol of a published number.",
    discussion: """
      Examples:
        assay sweep --model resnet50v2 --weights w.h5 --data val/ \\
          --expect top1=76.0 --limit 1000
        assay sweep --model resnet50 --weights w.h5 --data val/ --expect top1=74.9 \\
          --expect top5=92.1 --depth 2

      Starts from the protocol that the image options say, changes one part at a time, and with \
      --depth 2 two. A sample of 1000 images cannot tell apart what differs by less than three points.
      """)

  @OptionGroup var model: ModelOptions

  @OptionGroup var checkpoint: CheckpointOptions

  /// The checkpoint.
  var weights: String { checkpoint.path }

  @OptionGroup var trust: TrustOptions

  @OptionGroup(title: "Data options") var data: DataOptions

  @OptionGroup(title: "Image options") var images: ImageOptions

  @OptionGroup(title: "Run options") var run: RunOptions

  @Option(
    help: ArgumentHelp(
      "The published number: top1=75.96, in percent; top5, loss and others too. May be repeated.",
      valueName: "metric"))
  var expect: [MetricGate]

  @Option(help: "How many parts of the protocol may differ at once.")
  var depth = 1

  @Option(help: "Protocols that are shown, the nearest first.")
  var show = 15

  @Option(help: ArgumentHelp("Writes all protocols and what they gave as JSON.", valueName: "file"))
  var json: OutputFile?

  @Option(help: ArgumentHelp("Writes the search as a page of its own.", valueName: "file"))
  var html: OutputFile?

  @Option(help: ArgumentHelp("Writes the search for a pull request.", valueName: "file"))
  var markdown: OutputFile?

  func validate() throws {
    try checkpoint.require()
    try expect.check()
    if expect.isEmpty { throw ValidationError("--expect: a sweep needs a number to look for") }
    guard (1...3).contains(depth) else { throw ValidationError("--depth is 1, 2 or 3") }
    guard show > 0 else { throw ValidationError("--show \(show) shows nothing") }
  }

  func run() async throws {
    let outputs = Outputs([("--json", json), ("--html", html), ("--markdown", markdown)])
    let images = try images.resolved()
    try outputs.check(
      reading: [weights] + data.inputs(images.labels) + self.images.inputs + model.variant.inputs)
    _ = try images.preprocessing(for: model.defaults())
    // Spread over all classes, unlike the first images of a list.
    var everything = data
    (everything.limit, everything.sample, everything.seed) = (nil, nil, 0)
    guard
      let all = try everything.images(
        images.labels, images.extensions(for: model.defaults())
      ).list
    else {
      throw Failure(.usage, "a sweep reads the images more than once, and a stream cannot be")
    }
    guard !all.isMultiLabel else {
      throw Failure(
        .usage,
        "a sweep looks for numbers of classes of which one is right, and the labels are sets")
    }
    let sample =
      data.sample.map { all.sample($0, seed: data.seed) } ?? data.limit.map { all.spread($0) }
      ?? all
    var search = ProtocolSearch(sample, isWhole: sample == all, expecting: expect)
    search.depth = depth
    search.tell = StudyProgress(of: "protocols").tell
    let findings = try await search.findings(
      on: SweptModel(command: self, images: images, sample: sample))
    let outcomes = findings.outcomes
    let report = report(findings, sample, of: all)
    try json?.write(report.json())
    try html?.write(Data(report.html.utf8))
    try markdown?.write(Data(report.markdown.utf8))
    outputs.show(text(findings, sample.images.count, of: all.images.count))
    if !outcomes.contains(where: \.matches) {
      throw Failure(
        .comparisonFailed,
        "no protocol of \(outcomes.count) gives "
          + expect.map(\.description).joined(separator: " and ")
          + (depth < 3 ? "; --depth \(depth + 1) changes more parts at once" : ""))
    }
  }

  private func text(_ findings: ProtocolFindings, _ count: Int, of all: Int) -> String {
    let outcomes = findings.outcomes
    let chance = ProtocolChance(outcomes)
    var table = TextTable(
      columns: [.left("what differs"), .right("top-1")]
        + (chance.isGuess ? [] : [.right("95 %")]) + [.right("top-5"), .left("")])
    for outcome in outcomes.prefix(show) {
      let format = { (share: Double) in String(format: "%.2f", share * 100) }
      // An interval beside a guess would look like evidence for it.
      let interval =
        chance.isGuess ? [] : ["\(format(outcome.top1.low)) to \(format(outcome.top1.high))"]
      let change = outcome.change(from: findings.start)
      let head = [change.isEmpty ? "nothing" : change, format(outcome.top1.value) + " %"]
      table.add(
        head + interval + [
          outcome.top5.map { format($0.value) + " %" } ?? "–",
          outcome.matches ? (outcome.isPartial ? "fits in top-k" : "fits") : "",
        ])
    }
    let found = outcomes.filter(\.matches)
    let start = outcomes.first { $0.change(from: findings.start).isEmpty }
    var lines = [
      "\(outcomes.count) protocols on \(count) of \(all) images, looking for "
        + expect.map(\.description).joined(separator: " and "),
      start.map { "starting from \($0.options)" } ?? "", "", table.text, "",
    ]
    // The smallest number of which one can say "about".
    lines.append(
      "of \(outcomes.count) protocols "
        + (chance.expected < 0.05
          ? "fewer than 0.1" : "about \(String(format: "%.1f", chance.expected))")
        + " would fit by chance, if their numbers lay anywhere between the lowest and the highest of them"
        + (chance.isGuess ? ": that one fits is no proof" : ""))
    switch found.count {
    case 0: lines.append("none fits")
    case 1: lines.append("fits: \(found[0].options)")
    default:
      lines.append("fits best: \(found[0].options)")
      lines.append(
        "\(found.count) fit"
          + (count == all
            ? "; further numbers (--expect top5=…, loss=…) tell them apart"
            : "; a sample of \(count) cannot tell them apart, more images (--limit) or further numbers "
              + "(--expect top5=…) can"))
    }
    return lines.joined(separator: "\n")
  }

  /// The same for files.
  private func report(
    _ findings: ProtocolFindings, _ sample: LabeledImages, of all: LabeledImages
  ) -> SweepReport {
    let chance = ProtocolChance(findings.outcomes)
    let rows = findings.outcomes.map { outcome in
      let share = { SweepReport.Share($0, withInterval: !chance.isGuess) }
      return SweepReport.Row(
        change: outcome.change(from: findings.start), options: outcome.options,
        top1: share(outcome.top1),
        top5: outcome.top5.map(share), fits: outcome.matches,
        gates: expect.map { gate in
          let number = outcome.numbers.first { $0.gate == gate }
          return GateVerdict(
            gate, figure: number?.value, interval: chance.isGuess ? nil : number?.accuracy,
            passed: number?.fits ?? false)
        })
    }
    return SweepReport(
      model: model.model ?? "the model of \(weights)", weights: weights, data: data.data,
      images: sample.images.count, of: all.images.count, expected: expect.map(\.description),
      fittingByChance: chance.expected, isGuess: chance.isGuess, protocols: rows,
      date: Date())
  }
}

extension MetricGate: ExpressibleByArgument {
  /// Reads a gate as it is typed.
  public init?(argument: String) { self.init(argument) }
}
