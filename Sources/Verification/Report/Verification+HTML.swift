import Documents

extension Verification {
  /// The comparison as a page of its own: a plot of error against depth, the errors of the first bad
  /// layer on its map, and a table of all layers.
  ///
  /// Nothing is loaded from elsewhere, and names of files and layers stay text.
  public var html: String {
    HTMLPage(
      title: "\(passes ? "Agrees" : "Differs"): \(reference.name)",
      body: """
        <h1 class="\(passes ? "good" : "bad")">\(headline.escapedForXML)</h1>
        \(summary)
        <h2>Error against depth</h2>
        <p>The largest difference in each layer, over the largest magnitude that the reference has there. \
        The line is what is allowed.</p>
        <div class="wide plot">\(ErrorPlot(layers: layers, firstDivergence: firstDivergence).svg)</div>
        \(divergence)
        <h2>Layers</h2>
        \(table)
        <h2>What was compared</h2>
        \(sides)
        """, style: Self.style
    ).text
  }

  private var headline: String {
    if passes { return "\(layers.count) layers and the logits agree" }
    guard let firstDivergence else { return "The logits differ" }
    return "First difference at \(layers[firstDivergence].name)"
  }

  private var summary: String {
    var lines = [
      "Logits differ by at most \(LayerComparison.text(logits.errors.largest)); allowed are "
        + "\(LayerComparison.text(Double(logits.bound))).",
      "Same first class in \(logits.sameTop1) of \(logits.images) images, same five classes in "
        + "\(logits.sameTop5).",
    ]
    if let fusion {
      lines.append(
        "The plan that keeps layers apart and the plan that evaluates differ by at most "
          + "\(LayerComparison.text(fusion.largest)).")
    }
    return lines.map { "<p>\($0.escapedForXML)</p>" }.joined(separator: "\n")
  }

  private var divergence: String {
    guard let firstDivergence else { return "" }
    let layer = layers[firstDivergence]
    let map = heatMap.map {
      "<p>The largest error at each place of the map, over all images and channels.</p>\n\($0.svg)"
    }
    return """
      <h2>The first layer that differs</h2>
      <p><strong>\(layer.name.escapedForXML)</strong> (\(layer.kind.escapedForXML); \
      <code>\(layer.referenceName.escapedForXML)</code> in the reference) \
      \(layer.verdict.escapedForXML).</p>
      \(causes)
      \(map ?? "")
      """
  }

  /// What was tried on the first bad layer, and how it came out.
  private var causes: String {
    guard let diagnosis else { return "" }
    let rows = (diagnosis.fitting + diagnosis.others).map { attempt in
      let kind = attempt.error <= diagnosis.bound ? " class=\"fit\"" : ""
      return "<tr\(kind)><td>\(attempt.claim.escapedForXML)</td>"
        + "<td class=\"number\">\(LayerComparison.text(attempt.error))</td></tr>"
    }
    let tried =
      rows.isEmpty
      ? ""
      : "<details><summary>\(rows.count) causes tried on this layer alone</summary><table>"
        + "<tr><th>if in the reference …</th><th>largest difference left</th></tr>"
        + rows.joined() + "</table></details>"
    return "<p>Cause: \(diagnosis.finding.escapedForXML).</p>\n\(tried)"
  }

  private var table: String {
    let rows = layers.enumerated().map { index, layer in
      let errors = layer.errors
      let cells = [
        layer.shape.map(String.init).joined(separator: "×"), LayerComparison.text(errors.largest),
        LayerComparison.text(Double(layer.bound)), LayerComparison.text(errors.relative),
        LayerComparison.text(errors.mean), "\(errors.unitsInLastPlace.median)",
        "\(errors.unitsInLastPlace.percentile99)", "\(errors.unitsInLastPlace.worst)",
        LayerComparison.text(1 - errors.cosine), layer.isSampled ? "samples" : "all",
      ]
      let kind =
        layer.passes ? "" : index == firstDivergence ? " class=\"first\"" : " class=\"fail\""
      return "<tr\(kind)><td>\(layer.name.escapedForXML)</td><td>\(layer.kind.escapedForXML)</td>"
        + cells.map { "<td class=\"number\">\($0)</td>" }.joined() + "</tr>"
    }
    let titles = [
      "layer", "kind", "shape", "largest", "allowed", "relative", "mean", "ulp 50 %", "99 %",
      "worst",
      "1 − cosine", "values",
    ]
    return """
      <div class="wide"><table>
      <thead><tr>\(titles.map { "<th>\($0)</th>" }.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }

  private var sides: String {
    let rows = [("compared", candidate), ("with", reference)].map { title, side in
      let files = (side.model.weights ?? []).map { "\($0.file) (SHA-256 \($0.sha256))" }
      let run = [
        side.run.dataFormat, side.run.precision, side.run.batch.map { "batch \($0)" },
        side.run.threads.map { "\($0) threads" },
        side.run.training == true ? "statistics of the batch" : nil,
      ].compactMap(\.self)
      let words = [side.name, side.recorder, side.model.name ?? ""] + files + run
      return "<tr><th>\(title)</th><td>"
        + words.filter { !$0.isEmpty }.map(\.escapedForXML).joined(separator: "<br>") + "</td></tr>"
    }
    return "<table class=\"sides\">\(rows.joined())</table>"
  }

  private static let style = """
    svg.heat { max-width: 30rem; fill: var(--bad); } .ground { fill: #8882; }
    .bound { fill: none; stroke: #888; stroke-dasharray: 4 3; }
    .pass { fill: var(--good); } .fail { fill: #e08e0b; } circle.first { fill: var(--bad); }
    .plot svg { min-width: 40rem; }
    tr.first td { background: #c0392b33; } tr.fit td { background: #2e8b5733; } tr.fail td { background: #e08e0b22; }
    """
}
