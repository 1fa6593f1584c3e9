import Documents
package import Foundation
import Networks
import Tensors

/// A network as a page of its own: its layers in a drawing of what reads what, with models inside it, or blocks,
/// folded until they are opened.
///
/// The page loads nothing and runs no script.
package struct NetworkPage {
  /// The page as HTML in UTF-8.
  package let html: String

  /// Lays out the page.
  ///
  /// - Parameters:
  ///   - outline: The network.
  ///   - file: The file that describes it, if one does.
  ///   - date: When the page is made.
  package init(_ outline: NetworkOutline, file: String? = nil, date: Date? = nil) {
    let title = PageTitle(
      command: "assay summary", files: [file ?? outline.title],
      headline: "\(Figures.count(outline.graph.parameterCount)) parameters", date: date)
    let page = HTMLPage(
      title: title.text,
      body: Self.header(outline, title) + "\n"
        + "<section class=\"wide network\" aria-label=\"Layers\" style=\"--rails:\(Self.railWidth(outline.rows) + 8)px\">\n"
        + Self.heads + "\n" + Self.list(outline.rows, of: outline) + "\n</section>",
      style: Self.style)
    html = page.text
  }

  private static func header(_ outline: NetworkOutline, _ title: PageTitle) -> String {
    let graph = outline.graph
    let ports = { (ports: [Networks.Port]) in
      ports.map { "\($0.name) \(graph[$0.value].shape)" }.joined(separator: ", ").escapedForXML
    }
    var figures = [
      (
        "parameters", Figures.count(graph.parameterCount),
        "\(Figures.count(graph.trainableParameterCount)) trainable"
      ),
      (
        "multiply-accumulates", Magnitude(graph.multiplyAccumulates).text,
        "\(Figures.count(graph.multiplyAccumulates)) for one image"
      ),
      (
        "weights", Magnitude(graph.parameterCount * MemoryLayout<Float>.stride).bytes, "as float32"
      ),
    ]
    if let (bytes, layer) = graph.largestMemory {
      figures.append(
        (
          "results kept at once", Magnitude(bytes).bytes,
          "for one image, at \(layer.path.shortened(to: 40).isolatedForHTML)"
        ))
    }
    let cards = figures.map { name, value, note in
      "<div><dt>\(name)</dt><dd class=\"large\">\(value)</dd><dd class=\"note\">\(note)</dd></div>"
    }
    return """
      <header>\(title.kicker)
      <h1>\(outline.title.isolatedForHTML)</h1>
      <p class="note">reads \(ports(graph.inputs)); gives \(ports(graph.outputs))</p>
      <dl class="figures">
      \(cards.joined(separator: "\n"))
      </dl></header>
      """
  }

  private static let heads = """
    <div class="row heads"><span class="at"></span><span class="name">layer</span><span class="kind">kind</span><span>result</span>\
    <span class="number">parameters</span><span class="number">MACs</span><span class="number">memory</span></div>
    """

  /// The width of the widest rails of any level, so that columns stand below each other.
  private static func railWidth(_ rows: [NetworkOutline.Row]) -> Int {
    guard !rows.isEmpty else { return 0 }
    return rows.reduce(NetworkRails(rows.map(\.sources)).width) { max($0, railWidth($1.inner)) }
  }

  /// The rows of one level, each beside its part of the rails.
  private static func list(
    _ rows: [NetworkOutline.Row], of outline: NetworkOutline
  ) -> String {
    let rails = NetworkRails(rows.map(\.sources))
    return rows.enumerated().map { place, row in
      let rail = rails.svg(place, height: 30, opensAbove: row.readsOutside)
      guard !row.inner.isEmpty else {
        return "<div class=\"row\">\(cells(row, rail, outline))</div>"
      }
      return """
        <details><summary class="row">\(cells(row, rail, outline))</summary>
        <div class="inner">
        \(list(row.inner, of: outline))
        </div></details>
        """
    }.joined(separator: "\n")
  }

  private static func cells(
    _ row: NetworkOutline.Row, _ rail: String, _ outline: NetworkOutline
  ) -> String {
    let all = max(outline.graph.multiplyAccumulates, 1)
    let share = Double(row.multiplyAccumulates) / Double(all)
    let number = { (value: Int) in value == 0 ? "" : Figures.count(value) }
    let bar =
      share == 0
      ? "" : "<i style=\"width:\(Figures.place(max(share * 100, 1)))%\"></i>"
    return
      "<span class=\"at\">\(rail)</span><span class=\"name\">\(row.name.isolatedForHTML)</span>"
      + "<span class=\"kind\">\(row.kind.escapedForXML) <small>\(row.details.escapedForXML)</small></span>"
      + "<span>\(row.shape.escapedForXML)</span>"
      + "<span class=\"number\" data-is=\"parameters\">\(number(row.parameters))</span>"
      + "<span class=\"number share\" data-is=\"MACs\">\(bar)\(number(row.multiplyAccumulates))</span>"
      + "<span class=\"number\" data-is=\"memory\">\(Magnitude(row.bytes).bytes)</span>"
  }

  /// The page's own rules.
  private static let style = """
    header h1 { margin: .1rem 0; font-size: clamp(1.3rem, 5vw, 2rem); }
    .note { margin: .2rem 0; color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
    .kicker { margin: .5rem 0 0; color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
    .figures { display: grid; gap: .8rem 1.4rem; margin: 1.2rem 0 1.6rem;
      grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); }
    .figures dt { color: var(--muted); font-size: 13px; } .figures dd { margin: 0; }
    .large { font-size: 1.35rem; font-weight: 650; font-variant-numeric: tabular-nums; }
    .network { font-size: 13px; line-height: 30px; }
    .row { display: flex; height: 30px; min-width: 62rem; white-space: nowrap; padding: 0; }
    .row > span { overflow: hidden; text-overflow: ellipsis; padding-right: .7rem; flex: 1 1 0; }
    .row > .at { flex: 0 0 var(--rails); padding: 0; } .heads > .name { font-weight: 400; }
    .row > .name { flex: 2.2 1 0; font-weight: 600; } .row > .kind { flex: 2.6 1 0; }
    .kind small { color: var(--muted); } .share { position: relative; }
    .share i { position: absolute; right: .7rem; bottom: 3px; height: 3px; border-radius: 2px;
      background: var(--accent); max-width: calc(100% - .7rem); }
    .heads { color: var(--muted); border-bottom: 1px solid var(--line); }
    svg.rail { display: block; overflow: hidden; }
    svg.rail path { fill: none; stroke: var(--accent); stroke-width: 1.6; vector-effect: non-scaling-stroke; }
    svg.rail .dot { stroke: var(--ink); stroke-width: 7; stroke-linecap: round; } summary.row { list-style: none; }
    summary .name::before { content: "▸ "; color: var(--accent); }
    details[open] > summary .name::before { content: "▾ "; }
    .row:hover { background: var(--card); }
    .inner { min-width: 62rem; border-left: 3px solid var(--accent); background: var(--card); margin-left: .25rem; }
    .inner .row:hover { background: var(--paper); }
    @media (max-width: 600px) {
      .network { line-height: 22px; } .heads { display: none; } .row:not(.heads) { display: grid; height: 68px; min-width: 0;
        grid-template: repeat(3, 22px) / min(var(--rails), 25vw) repeat(2, minmax(0, 1fr)); row-gap: 1px; }
      .row > .at { grid-row: 1 / 4; } svg.rail { width: 100%; height: 68px; }
      .share i { right: auto; left: 0; bottom: 0; }
      .row > .number { text-align: left; } .inner { min-width: 0; margin-left: 0; }
      .row > [data-is]:not(:empty)::before { content: attr(data-is) "\\A0"; color: var(--muted); }
    }
    """
}
