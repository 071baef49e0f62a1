extension WebPage {
  /// What draws the charts: intervals and shades are ours, the rest is Chart.js's.
  ///
  /// It takes its colours from the style sheet, and others while the page is printed.
  static let script = #"""

    (() => {
      const specs = JSON.parse(document.getElementById("charts").textContent);
      const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
      const colours = ["#2f80ed", "#e8590c", "#2f9e44", "#ae3ec9", "#e64980", "#0ca678",
        "#f59f00", "#7048e8", "#868e96", "#c92a2a"];
      const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
      const paper = { ink: "#000", line: "#c4cad2", warm: "#c2410c" };
      const screen = () => ({ ink: css("--ink"), line: css("--line"), warm: css("--warm") });
      let paint = screen();
      Chart.defaults.animation = false;
      const intervals = { id: "intervals", afterDatasetsDraw(chart) {
        const ctx = chart.ctx;
        const lies = chart.options.indexAxis === "y";
        const scale = lies ? chart.scales.x : chart.scales.y;
        ctx.save();
        ctx.strokeStyle = paint.ink;
        ctx.lineWidth = 1.5;
        ctx.beginPath();
        const line = (a, b, c, d) => lies ? (ctx.moveTo(b, a), ctx.lineTo(d, c))
          : (ctx.moveTo(a, b), ctx.lineTo(c, d));
        chart.data.datasets.forEach((set, number) => (set.intervals || []).forEach((pair, at) => {
          const point = chart.getDatasetMeta(number).data[at];
          if (!point || pair.length !== 2 || !chart.isDatasetVisible(number)) return;
          const [low, high] = pair.map((value) => scale.getPixelForValue(value));
          const across = lies ? point.y : point.x;
          line(across, low, across, high);
          for (const end of [low, high]) line(across - 5, end, across + 5, end);
        }));
        ctx.stroke();
        ctx.restore();
      } };
      const shades = { id: "shades", beforeDatasetsDraw(chart, _, options) {
        const { ctx, chartArea: area, scales: { x } } = chart;
        (options.list || []).forEach((shade, at) => {
          const from = Math.max(area.left, x.getPixelForValue(shade.from));
          const to = Math.min(area.right, x.getPixelForValue(shade.to));
          ctx.save();
          ctx.globalAlpha = 0.15;
          ctx.fillStyle = paint.warm;
          ctx.fillRect(from, area.top, Math.max(2, to - from), area.bottom - area.top);
          ctx.globalAlpha = 1;
          ctx.fillStyle = paint.ink;
          ctx.font = "12px system-ui, sans-serif";
          ctx.fillText(shade.name, from + 4, area.top + 13 + 14 * (at % 6));
          ctx.restore();
        });
      } };
      const axis = (title, isLogarithmic, isLinear) => ({
        type: isLogarithmic ? "logarithmic" : isLinear ? "linear" : "category",
        title: { display: true, text: title }, ticks: {}, grid: {} });
      const dress = (chart) => {
        chart.options.color = paint.ink;
        chart.options.plugins.legend.labels.color = paint.ink;
        for (const scale of Object.values(chart.options.scales)) {
          scale.ticks.color = scale.title.color = paint.ink;
          scale.grid.color = paint.line;
        }
        chart.update("none");
      };
      const drawn = [];
      for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
        const spec = specs[Number(canvas.dataset.chart)];
        const isNumeric = spec.series.some((one) => one.xs.length > 0);
        const isBar = spec.kind === "bar";
        const along = axis(spec.xTitle, spec.isLogarithmicX, isNumeric);
        const up = axis(spec.yTitle, spec.isLogarithmicY, true);
        if (!spec.isLogarithmicY) up.beginAtZero = true;
        const bounds = spec.series.flatMap((one) => one.intervals.flat());
        if (bounds.length > 0) up.suggestedMax = Math.max(...bounds);
        if (spec.kind === "line" && !spec.isLogarithmicX) along.bounds = "data";
        if (spec.ticks.length > 0) {
          along.afterBuildTicks = (scale) => {
            scale.ticks = spec.ticks.map((value) => ({ value }));
          };
          along.ticks = { autoSkip: false,
            callback: (value) => spec.labels[spec.ticks.indexOf(value)] };
        }
        // Names say what they are, and need the room on a phone.
        if (spec.isHorizontal) along.title.display = along.ticks.autoSkip = false;
        const chart = new Chart(canvas, {
          type: isBar ? "bar" : "line",
          data: {
            labels: isNumeric ? undefined : spec.labels,
            datasets: spec.series.map((one, number) => ({
              label: one.name, intervals: one.intervals,
              data: isNumeric
                ? one.values.map((value, at) => ({ x: one.xs[at], y: value })) : one.values,
              borderColor: colours[number % colours.length],
              backgroundColor: colours[number % colours.length] + (isBar ? "b0" : ""),
              borderDash: isBar ? [] : dashes[Math.floor(number / 3 + number) % dashes.length],
              borderWidth: isBar ? 1 : 2, showLine: spec.kind === "line",
              pointRadius: one.intervals.length > 0 || spec.kind === "points" ? 3 : 0,
              pointHitRadius: 8, tension: 0 })) },
          options: { responsive: true, maintainAspectRatio: false,
            indexAxis: spec.isHorizontal ? "y" : "x",
            interaction: { mode: isBar ? "index" : "nearest", axis: "x", intersect: false },
            scales: spec.isHorizontal ? { x: up, y: along } : { x: along, y: up },
            plugins: { shades: { list: spec.shades }, legend: { display: spec.series.length > 1,
              labels: isBar ? { boxWidth: 14 }
                : { usePointStyle: true, pointStyle: "line", pointStyleWidth: 36 } } } },
          plugins: [intervals, shades] });
        drawn.push(chart);
        dress(chart);
      }
      const repaint = (colours) => { paint = colours; drawn.forEach(dress); };
      addEventListener("beforeprint", () => repaint(paper));
      addEventListener("afterprint", () => repaint(screen()));
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change",
        () => repaint(screen()));
      document.documentElement.dataset.drawn = String(drawn.length);
    })();

    """#
}
