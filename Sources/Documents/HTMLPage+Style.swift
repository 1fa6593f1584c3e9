extension HTMLPage {
  /// Colours, type and tables of all pages, on light and on dark ground.
  ///
  /// Colours are named by what they mean; a page that draws uses the names, so that its drawings follow
  /// the ground. Whatever may be wide stands in a box `wide`, which scrolls by itself.
  static let sharedStyle = """
    :root {
      color-scheme: light dark; font: 15px/1.55 system-ui, sans-serif;
      --ink: #1b1f24; --muted: #5d6570; --paper: #ffffff; --card: #f6f7f9; --line: #dfe3e8;
      --accent: #2a62bf; --good: #2e8b57; --bad: #c0392b; --warn: #b4690e; --on: #ffffff;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #e4e7eb; --muted: #9aa4b0; --paper: #14171b; --card: #1d2126; --line: #333a43;
        --accent: #78a9ff; --good: #5cc48a; --bad: #ff7b6b; --warn: #f0a848; --on: #0d0f12;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
    main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
    h1 { font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
    h1.good, h1.bad { border-left: .4rem solid; padding-left: .8rem; }
    .good { border-color: var(--good); } .bad { border-color: var(--bad); }
    h2 { font-size: 1.15rem; margin: 2.5rem 0 .6rem; } p, td, li { overflow-wrap: anywhere; }
    code { font: .92em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
    svg { width: 100%; height: auto; font-size: 11px; fill: currentColor; }
    .grid { stroke: var(--line); } .wide { overflow-x: auto; max-width: 100%; }
    table { border-collapse: collapse; font-size: 13px; }
    th, td { text-align: left; padding: .22rem .6rem; border-bottom: 1px solid var(--line); }
    .wide td, .wide th { white-space: nowrap; } .sides th { vertical-align: top; }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    .hint { display: none; } .shrinks { width: 100%; height: auto; }
    summary { cursor: pointer; padding: .35rem 0; }
    @media (max-width: 600px) {
      .rows, .rows tbody { display: block; } .rows thead { display: none; }
      .rows tbody tr { display: flex; flex-wrap: wrap; gap: 0 .9rem; padding: .4rem 0; border-bottom: 1px solid var(--line); }
      .rows tr td { display: block; border: 0; padding: 0; white-space: normal; }
      .rows tr td.name { flex: 1 0 100%; max-width: 100%; min-width: 0; order: -1; font-weight: 600;
        display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
      .rows tr td.name bdi { display: inline; } .rows tr td.name[data-is] { flex: 0 1 auto; font-weight: 400; }
      .rows tr td.bar { flex: 1 0 100%; order: 1; width: auto; padding: .2rem 0; }
      .rows tr td:empty { display: none; } .rows td[data-is]::before { content: attr(data-is) "\\A0"; color: var(--muted); }
      .hint { display: block; } .scrolls { -webkit-mask-image: linear-gradient(to right, #000 calc(100% - 3rem), transparent);
        mask-image: linear-gradient(to right, #000 calc(100% - 3rem), transparent); }
      .scrolls > * { margin-right: 3rem; }
    }
    """
}
