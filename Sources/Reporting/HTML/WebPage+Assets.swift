extension WebPage {
  /// The style sheet: one column, wide tables that scroll, dark where the reader's system is.
  static let style = """

    :root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --soft: #f2f4f7;
      --line: #d5dae1; --accent: #1f6feb; --warm: #d9480f; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --paper: #14181f;
      --soft: #1e242d; --line: #39424f; --accent: #6ea8fe; --warm: #ff9f6b; } }
    @media print { :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #f2f4f7;
      --line: #c4cad2; --accent: #174ea6; --warm: #c2410c; } }
    * { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    body { margin: 0 auto; max-width: 64rem; padding: 1.5rem; background: var(--paper);
      color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
    h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2.5rem 0 .5rem; font-size: 1.25rem; }
    section > p { max-width: 46rem; }
    .question { margin: .25rem 0 0; font-size: 1.1rem; font-style: italic; }
    .answer { margin: 1rem 0; padding: .8rem 1rem; border-left: .3rem solid var(--accent);
      background: var(--soft); font-size: 1.2rem; font-weight: 600; }
    .facts { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 0; padding: 0;
      list-style: none; font-size: .85rem; opacity: .8; }
    .scroll { overflow-x: auto; margin: 1rem 0; }
    table { border-collapse: collapse; font-size: .88rem; }
    th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: right;
      font-variant-numeric: tabular-nums; white-space: nowrap; }
    th:first-child { text-align: left; white-space: normal; } thead th { background: var(--soft); }
    .heat { background: color-mix(in srgb, var(--warm) var(--heat), transparent); }
    figure { margin: 1.2rem 0; } figcaption { font-weight: 600; }
    .chart { position: relative; height: 20rem; } details { margin-top: .3rem; }
    details .scroll { max-height: 24rem; overflow: auto; }
    summary { cursor: pointer; font-size: .85rem; color: var(--accent); }
    .strip, .waterfall { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr;
      gap: .2rem .7rem; align-items: center; margin: .5rem 0; font-size: .85rem; }
    .cells { display: flex; height: 1.5rem; background: var(--soft); }
    .cells i { position: relative; flex: 1; min-width: 0; font-style: normal;
      background: color-mix(in srgb, var(--accent) var(--heat), transparent); }
    .cells .marked { background: repeating-linear-gradient(135deg, var(--warm) 0 3px,
      color-mix(in srgb, var(--warm) 35%, transparent) 3px 6px); }
    .cells b { position: absolute; z-index: 1; padding: 0 .25rem; white-space: nowrap;
      font-size: .7rem; line-height: 1rem; top: .25rem; left: .1rem; background: var(--paper);
      border-radius: .2rem; pointer-events: none; }
    .ends { display: flex; justify-content: space-between; opacity: .8; }
    .bar { position: relative; height: 1.1rem; background: var(--soft); }
    .bar i { position: absolute; top: 0; bottom: 0; min-width: 1px; }
    .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .4rem 0; padding: 0;
      list-style: none; font-size: .85rem; }
    .legend i { display: inline-block; width: 1.6rem; height: .8rem; margin-right: .4rem; }
    .k0 { background: #7048e8; } .k1 { background: #868e96; } .k2 { background: #0ca678; }
    .k3 { background: repeating-linear-gradient(135deg, #f59f00 0 4px, #ffe066 4px 8px); }
    .k4 { background: #2f80ed; } .k5 { background: #2f9e44; }
    .k6 { background: repeating-linear-gradient(45deg, #e03131 0 4px, #ffa8a8 4px 8px); }
    .k7 { background: repeating-linear-gradient(90deg, #ae3ec9 0 2px, transparent 2px 6px); }
    pre { overflow-x: auto; padding: 1rem; background: var(--soft); font-size: .85rem; }
    :focus-visible { outline: .15rem solid var(--accent); outline-offset: .1rem; }
    @media print { body { max-width: none; padding: 0; } figure, tr { break-inside: avoid; }
      h2 { break-after: avoid; } pre { white-space: pre-wrap; } details { display: none; }
      .chart { height: 15rem; } }

    """
}
