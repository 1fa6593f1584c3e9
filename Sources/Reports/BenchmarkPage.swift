import Documents

extension BenchmarkReport {
  /// The report as Markdown.
  package var markdown: String {
    var table = MarkdownTable([("", .left), ("median (least to largest)", .right)])
    table.append(["images a second", rate.text])
    table.append(["of the f32 peak", share.text])
    var parts = [
      "### \(model.escapedForMarkdown), \(weights.codeForMarkdown)",
      conditions.escapedForMarkdown, table.text,
    ]
    if steps != nil {
      var sums = MarkdownTable([("kernel", .left), ("steps", .right), ("ms an image", .right)])
      for kernel in kernels {
        sums.append([
          kernel.name.codeForMarkdown, "\(kernel.steps)", Self.number(kernel.milliseconds, 3),
        ])
      }
      parts.append(sums.text)
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The report as a page of its own.
  package var html: String {
    let title = PageTitle(
      command: "assay benchmark", files: [weights], headline: "\(rate.median) images/s",
      date: finished)
    let sections = [header(title), rounds, layerSection].filter { !$0.isEmpty }
    return HTMLPage(
      title: title.text, body: sections.joined(separator: "\n"), style: EvaluationPage.style
    ).text
  }

  private func header(_ title: PageTitle) -> String {
    let figures = [
      (
        "images a second", rate.median,
        "median of \(Figures.count(rates.count, "round")), \(rate.range)"
      ),
      (
        "of the f32 peak", share.median,
        "measured in turns with the network, \(share.range)"
      ),
      (
        "multiply-adds", Magnitude(multiplyAccumulates).text,
        "\(Figures.count(multiplyAccumulates)) an image"
      ),
      ("memory", Magnitude(peakMemory).bytes, "the most that was resident"),
      ("read and compiled", "\(Self.number(preparation, 2))\u{A0}s", "before the first image"),
    ]
    let rows = figures.map { name, value, hint in
      "<div><dt>\(name)</dt><dd>\(value.escapedForXML)</dd><dd class=\"note\">\(hint.escapedForXML)</dd></div>"
    }
    return """
      <header>
      \(title.kicker)
      <h1>\(model.isolatedForHTML)</h1>
      <p class="lead">\(conditions.escapedForXML)</p>
      </header>
      <dl class="figures">
      \(rows.joined(separator: "\n"))
      </dl>
      """
  }

  private var rounds: String {
    var table = PageTable([
      .init("round", .name), .init("images a second", .number), .init("of the f32 peak", .number),
    ])
    for (round, (rate, share)) in zip(rates, sharesOfPeak).enumerated() {
      table.append(["\(round + 1)", Self.number(rate, 1), Self.number(share, 3)])
    }
    return """
      <section id="rounds">
      <h2>Rounds</h2>
      <p class="note">Images are synthetic and seeded; nothing is decoded. Shares are of the machine’s peak of f32 \
      multiply-adds at the network’s nominal count, which Winograd’s algorithm, bf16 and int8 can exceed.</p>
      \(table.html)
      </section>
      """
  }

  private var layerSection: String {
    guard let steps else { return "" }
    var sums = PageTable([
      .init("kernel", .name), .init("steps", .number), .init("ms an image", .number),
      .init("", .bar),
    ])
    for kernel in kernels {
      sums.append([
        kernel.name.isolatedForHTML, "\(kernel.steps)", Self.number(kernel.milliseconds, 3),
        bar(kernel.milliseconds),
      ])
    }
    var table = PageTable([
      .init("layer", .name), .init("kernel", .words), .init("ms an image", .number),
      .init("% of all", .number), .init("of the f32 peak", .number),
      .init("of the bandwidth", .number), .init("", .bar),
    ])
    for step in steps {
      table.append(
        [step.layer.isolatedForHTML, step.kernel.isolatedForHTML] + figures(step)
          + [bar(step.milliseconds)])
    }
    return """
      <section id="kernels">
      <h2>Kernels</h2>
      <p class="note">On one thread: \(Self.number(total, 3)) ms an image in \(steps.count) steps.</p>
      \(sums.html)
      </section>
      <section id="layers">
      <h2>Layers</h2>
      \(table.html)
      </section>
      """
  }

  /// The share of all time as a bar.
  private func bar(_ milliseconds: Double) -> String {
    let width = total > 0 ? milliseconds / total * 100 : 0
    return "<i><b style=\"width:\(Figures.place(width))%\"></b></i>"
  }
}
