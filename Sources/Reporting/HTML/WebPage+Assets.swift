extension WebPage {
  /// The style sheet: one column, wide tables that scroll, dark where the reader's system is.
  static let style = """

    :root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --soft: #f2f4f7;
      --line: #d5dae1; --accent: #1f6feb; --warm: #d9480f; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --paper: #14181f;
      --soft: #1e242d; --line: #39424f; --accent: #6ea8fe; --warm: #ff9f6b; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; background: var(--paper);
      color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
    h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2.5rem 0 .5rem; font-size: 1.2rem; }
    .question { margin: .25rem 0 0; font-size: 1.1rem; font-style: italic; }
    .answer { margin: 1rem 0; padding: .8rem 1rem; border-left: .3rem solid var(--accent);
      background: var(--soft); font-size: 1.2rem; font-weight: 600; }
    .facts { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 0; padding: 0;
      list-style: none; font-size: .9rem; opacity: .85; }
    .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; }
    th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right;
      font-variant-numeric: tabular-nums; white-space: nowrap; }
    th:first-child { text-align: left; } thead th { background: var(--soft); }
    .heat { background: color-mix(in srgb, var(--warm) var(--heat), transparent); }
    figure { margin: 1rem 0; } figcaption { font-weight: 600; }
    .chart { position: relative; height: 22rem; } details { margin-top: .3rem; }
    summary { cursor: pointer; font-size: .9rem; color: var(--accent); }
    pre { overflow-x: auto; padding: 1rem; background: var(--soft); font-size: .85rem; }
    :focus-visible { outline: .15rem solid var(--accent); outline-offset: .1rem; }
    @media print { body { max-width: none; padding: 0; } section { break-inside: avoid; }
      pre { white-space: pre-wrap; } .chart { height: 16rem; } }

    """

  /// What draws the charts: intervals and shades are ours, the rest is Chart.js's.
  static let script = #"""

    (() => {
      const specs = JSON.parse(document.getElementById("charts").textContent);
      const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
      const colours = ["#1f6feb", "#d9480f", "#2b8a3e", "#9c36b5", "#c2255c", "#087f5b",
        "#e67700", "#5f3dc4", "#495057", "#a61e4d"];
      const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
      Chart.defaults.color = css("--ink");
      Chart.defaults.borderColor = css("--line");
      Chart.defaults.animation = false;
      const intervals = { id: "intervals", afterDatasetsDraw(chart) {
        const ctx = chart.ctx;
        chart.data.datasets.forEach((set, number) => (set.intervals || []).forEach((pair, at) => {
          const point = chart.getDatasetMeta(number).data[at];
          if (!point || pair.length !== 2 || !chart.isDatasetVisible(number)) return;
          const [low, high] = pair.map((value) => chart.scales.y.getPixelForValue(value));
          ctx.save();
          ctx.strokeStyle = css("--ink");
          ctx.lineWidth = 1.5;
          ctx.beginPath();
          ctx.moveTo(point.x, low); ctx.lineTo(point.x, high);
          for (const y of [low, high]) { ctx.moveTo(point.x - 5, y); ctx.lineTo(point.x + 5, y); }
          ctx.stroke();
          ctx.restore();
        }));
      } };
      const shades = { id: "shades", beforeDatasetsDraw(chart, _, options) {
        const { ctx, chartArea: area, scales: { x } } = chart;
        (options.list || []).forEach((shade, number) => {
          const from = Math.max(area.left, x.getPixelForValue(shade.from));
          const to = Math.min(area.right, x.getPixelForValue(shade.to));
          ctx.save();
          ctx.globalAlpha = 0.15;
          ctx.fillStyle = css("--warm");
          ctx.fillRect(from, area.top, Math.max(2, to - from), area.bottom - area.top);
          ctx.globalAlpha = 1;
          ctx.fillStyle = css("--ink");
          // Shades that lie on each other have their names one below the other.
          ctx.fillText(shade.name, from + 3, area.top + 12 + 13 * (number % 6));
          ctx.restore();
        });
      } };
      let drawn = 0;
      for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
        const spec = specs[Number(canvas.dataset.chart)];
        const isNumeric = spec.series.some((one) => one.xs.length > 0);
        const axis = (title, isLogarithmic, isLinear) => ({
          type: isLogarithmic ? "logarithmic" : isLinear ? "linear" : "category",
          title: { display: true, text: title } });
        const x = axis(spec.xTitle, spec.isLogarithmicX, isNumeric);
        const y = axis(spec.yTitle, spec.isLogarithmicY, true);
        if (!spec.isLogarithmicY) y.beginAtZero = true;
        if (spec.ticks.length > 0) {
          x.afterBuildTicks = (scale) => { scale.ticks = spec.ticks.map((value) => ({ value })); };
          x.ticks = { autoSkip: false, callback: (value) => spec.labels[spec.ticks.indexOf(value)] };
        }
        new Chart(canvas, {
          type: spec.kind,
          data: {
            labels: isNumeric ? undefined : spec.labels,
            datasets: spec.series.map((one, number) => ({
              label: one.name, intervals: one.intervals,
              data: isNumeric
                ? one.values.map((value, at) => ({ x: one.xs[at], y: value })) : one.values,
              borderColor: colours[number % colours.length],
              backgroundColor: colours[number % colours.length] + (spec.kind === "bar" ? "b0" : ""),
              borderDash: spec.kind === "line" ? dashes[number % dashes.length] : [],
              borderWidth: 2, pointRadius: 0, pointHitRadius: 8, tension: 0 })) },
          options: { responsive: true, maintainAspectRatio: false, scales: { x, y },
            plugins: { legend: { display: spec.series.length > 1 },
              shades: { list: spec.shades } } },
          plugins: [intervals, shades] });
        drawn += 1;
      }
      document.documentElement.dataset.drawn = String(drawn);
    })();

    """#
}
