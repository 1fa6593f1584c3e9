extension EvaluationPage {
  /// The page's own rules, for a width of 320 pixels and up.
  static let style = """
    main { padding-bottom: 4rem; }
    .kicker { margin: .5rem 0 0; color: var(--muted); font-size: 13px; letter-spacing: .02em; }
    header h1 { margin: .1rem 0; font-size: clamp(1.4rem, 5vw, 2.1rem); letter-spacing: -.01em; }
    .lead { margin: .2rem 0 1.2rem; color: var(--muted); }
    .verdict { margin: 1rem 0 1.2rem; font-size: 1.1rem; max-width: 52rem; } .verdict::first-letter { text-transform: uppercase; } .pairs .sure { font-weight: 650; }
    .findings td:last-child { white-space: normal; } .findings td.name { min-width: 14rem; }
    .pairs td, .pairs th { padding: .22rem .4rem; }
    .note { margin: .2rem 0; color: var(--muted); font-size: 13px; max-width: 46rem; }
    section { margin-top: 3rem; } section h2 { margin: 0 0 .3rem; font-size: 1.25rem; }
    section h2 ~ h2 { margin-top: 2.5rem; } .wide { margin: .6rem 0; }
    .alarm { border: 1px solid var(--bad); border-left-width: .45rem; border-radius: 8px;
      padding: .8rem 1rem; margin: 0 0 1.2rem; background: color-mix(in srgb, var(--bad) 9%, transparent); }
    .alarm p { margin: .3rem 0 0; } .alarm strong { color: var(--bad); }
    .cards { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem .9rem; }
    .card h2 { margin: 0; font-size: 13px; font-weight: 600; color: var(--muted); }
    .big { margin: 0; font-size: clamp(1.6rem, 6vw, 2.3rem); white-space: nowrap; line-height: 1.2; font-weight: 650; letter-spacing: -.02em;
      font-variant-numeric: tabular-nums; }
    .scale { display: block; height: 14px; margin: .35rem 0 .5rem; } .track { fill: var(--line); }
    .fill { fill: var(--accent); } .interval { fill: var(--ink); fill-opacity: .45; }
    .figures { display: grid; gap: .8rem 1.2rem; margin: 1.2rem 0 0;
      grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)); }
    .figures dt { color: var(--muted); font-size: 13px; } .figures dd { margin: 0; }
    .figures dd:not(.note) { font-size: 1.2rem; font-weight: 600; font-variant-numeric: tabular-nums; }
    .figures .note { font-size: 12px; }
    .notices { margin: 1.4rem 0 0; padding: .7rem 1rem .7rem 2rem; border-radius: 8px; font-size: 14px;
      background: color-mix(in srgb, var(--warn) 11%, transparent); } a { color: var(--accent); }
    .split { display: flex; flex-wrap: wrap; gap: 1rem 2.2rem; align-items: flex-start; margin-top: .8rem; }
    .split > * { min-width: 0; max-width: 100%; } .words { flex: 1 1 18rem; }
    figure { margin: 0; } .plot { flex: 0 1 24rem; width: 24rem; } .confusion .plot { flex-basis: 32rem; width: 32rem; }
    .words > p:first-child { margin-top: 0; }
    svg.fixed { width: auto; max-width: none; height: auto; display: block; }
    svg.shrinks { max-width: max-content; flex: 0 1 auto; display: block; }
    .dim { fill: var(--muted); } .tiny { font-size: 8.5px; fill: var(--muted); }
    .axis { stroke: var(--muted); } .ideal { stroke: var(--ink); stroke-opacity: .55; stroke-dasharray: 4 3; }
    .share, .hit { fill: var(--accent); } .guesses { fill: var(--muted); fill-opacity: .55; }
    .share { fill-opacity: .85; } .gap { fill: var(--bad); fill-opacity: .38; } .miss { fill: var(--bad); }
    .ground { fill: var(--card); stroke: var(--line); } .on { fill: var(--on); } .off { fill: var(--ink); }
    thead th { color: var(--muted); font-weight: 600; vertical-align: bottom; }
    .wide td.name { white-space: normal; min-width: 8rem; max-width: 24rem; }
    .wide td.name bdi { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
    .bar { width: 30%; min-width: 7rem; } .bar i { display: block; height: 9px; border-radius: 5px;
      background: var(--line); overflow: hidden; }
    .bar b { display: block; height: 100%; background: var(--accent); } .classes { width: 100%; }
    .gallery { display: grid; gap: .8rem; margin-top: .8rem;
      grid-template-columns: repeat(auto-fill, minmax(min(10rem, 46%), 1fr)); }
    .mistake { min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .6rem; }
    .frame { display: flex; align-items: center; justify-content: center; height: 160px; border-radius: 6px;
      background: color-mix(in srgb, var(--ink) 7%, transparent); overflow: hidden; }
    .frame img { max-width: 100%; max-height: 100%; width: auto; height: auto; object-fit: contain; }
    .frame img.pixels { width: 100%; height: 100%; image-rendering: pixelated; }
    .missing { margin: 0; padding: .8rem; color: var(--muted); font-size: 12.5px; text-align: center; }
    .cut { overflow: hidden; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical;
      -webkit-line-clamp: 2; }
    .answer { margin: .5rem 0 .3rem; font-weight: 650; line-height: 1.3; color: var(--good); }
    .answer small { font-weight: 400; color: var(--muted); }
    .mistake ol { list-style: none; margin: 0; padding: 0; font-size: 12.5px; }
    .mistake li { position: relative; display: flex; gap: .4rem; justify-content: space-between; z-index: 0;
      padding: .1rem .35rem; margin: 2px 0; line-height: 1.4; }
    .mistake li b { position: absolute; inset: 0 auto 0 0; z-index: -1; border-radius: 3px; min-width: 2px;
      background: color-mix(in srgb, var(--bad) 24%, transparent); }
    .mistake li.right b { background: color-mix(in srgb, var(--good) 34%, transparent); }
    .mistake li .cut { display: block; min-width: 0; white-space: nowrap; text-overflow: ellipsis; }
    .mistake em { flex: none; max-width: 60%; overflow-wrap: anywhere; text-align: right; font-style: normal; font-variant-numeric: tabular-nums; }
    .path { margin: .4rem 0 0; color: var(--muted); font-size: 11.5px; line-height: 1.35; }
    section h3 { margin: 1.2rem 0 0; font-size: 1rem; } .sides { width: 100%; margin-top: .3rem; } .sides th { width: 13rem; font-weight: 500; color: var(--muted); }
    .names { font-size: 13px; columns: 14rem; padding-left: 2.8rem; } .names li { break-inside: avoid; }
    @media (max-width: 600px) {
      .sides tr, .sides th, .sides td { display: block; width: auto; } .sides th { border: 0; padding-bottom: 0; }
      .sides td { padding-top: 0; } section { margin-top: 2.4rem; } .wide th, .wide td { padding: .22rem .45rem; }
    }
    """
}
