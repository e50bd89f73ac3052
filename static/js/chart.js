// Candles with words. Reads the bars from a data block of the page (or fetches them), takes every colour
// from the design tokens, and draws lines that say what they are: "STOP 58.50 −1.00R".
// Figures are drawn as floats here and nowhere else; nothing is sent from this script.
//
// {"symbol": "ACME", "places": 2, "bar_seconds": 86400, "zone": "America/New_York",
//  "bars": [[1763942400, "59.62", "60.24", "59.41", "60.00", "2420000"], ...],
//  "lines": [{"kind": "stop", "price": "58.50", "text": "STOP 58.50 −1.00R"}],
//  "fills": [{"time": 1763942400, "side": "buy", "text": "BUY 120 at 60.00"}]}
// kind: entry, stop, target, working, average. Daily bars carry the date's midnight in UTC.

const DAY = 86400;
const DASHES = { entry: [], stop: [6, 3], target: [2, 3], working: [4, 4], average: [1, 4] };
const TOKENS = {
  panel: "--panel",
  raised: "--raised",
  ink: "--ink",
  ink2: "--ink-2",
  ink3: "--ink-3",
  grid: "--border-soft",
  border: "--border",
  solid: "--solid",
  onSolid: "--ink-on-solid",
  gain: "--gain",
  loss: "--loss",
  accent: "--accent",
  riskZone: "--loss-zone",
  rewardZone: "--gain-zone",
};

function readTheme(container) {
  const probe = document.createElement("span");
  container.append(probe);
  const theme = {};
  for (const [name, token] of Object.entries(TOKENS)) {
    probe.style.color = `var(${token})`;
    theme[name] = getComputedStyle(probe).color;
  }
  theme.font = getComputedStyle(container).fontFamily;
  probe.remove();
  return theme;
}

function lineColour(theme, kind) {
  return { entry: theme.accent, stop: theme.loss, target: theme.gain, last: theme.solid }[kind] || theme.ink2;
}

// The library knows only UTC: intraday bars are moved so that its axis reads exchange time.
const offsets = new Map();
function zoneOffset(seconds, zone) {
  const key = `${zone} ${Math.floor(seconds / 3600)}`;
  if (!offsets.has(key)) {
    const name = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" })
      .formatToParts(seconds * 1000)
      .find((part) => part.type === "timeZoneName").value;
    const [, sign, hours, minutes] = name.match(/GMT(?:([+-])(\d\d):(\d\d))?/) || [];
    offsets.set(key, sign ? (sign === "-" ? -1 : 1) * (hours * 3600 + minutes * 60) : 0);
  }
  return offsets.get(key);
}

function shown(seconds, data) {
  return data.bar_seconds >= DAY ? seconds : seconds + zoneOffset(seconds, data.zone);
}

function bar([time, open, high, low, close, volume], data) {
  return { time: shown(time, data), open: +open, high: +high, low: +low, close: +close, volume: +volume };
}

function movingAverage(bars, length) {
  const line = [];
  let sum = 0;
  bars.forEach((one, index) => {
    sum += one.close;
    if (index >= length) sum -= bars[index - length].close;
    if (index >= length - 1) line.push({ time: one.time, value: sum / length });
  });
  return line;
}

// Volume like the candles: hollow when the close is above the open, filled when below; always grey.
class Volume {
  constructor(theme) {
    this.theme = theme;
    this.data = null;
  }
  renderer() {
    return { draw: (target, toY) => target.useBitmapCoordinateSpace((scope) => this.draw(scope, toY)) };
  }
  update(data) {
    this.data = data;
  }
  priceValueBuilder(row) {
    return [0, row.value];
  }
  isWhitespace(row) {
    return row.value === undefined;
  }
  defaultOptions() {
    return { ...window.LightweightCharts.customSeriesDefaultOptions };
  }
  draw({ context, horizontalPixelRatio: ratioX, verticalPixelRatio: ratioY, bitmapSize }, toY) {
    if (!this.data?.visibleRange) return;
    const { from, to } = this.data.visibleRange;
    const width = Math.max(Math.floor(this.data.barSpacing * 0.62 * ratioX), 1);
    context.fillStyle = this.theme.ink3;
    context.strokeStyle = this.theme.ink3;
    context.lineWidth = Math.max(Math.floor(ratioX), 1);
    for (let index = from; index < to; index += 1) {
      const { x, originalData } = this.data.bars[index];
      const top = Math.round(toY(originalData.value) * ratioY);
      const left = Math.round(x * ratioX - width / 2);
      context.globalAlpha = originalData.up ? 0.7 : 0.45;
      if (originalData.up && width > 3) {
        context.strokeRect(left + 0.5, top + 0.5, width - 1, bitmapSize.height - top + 2);
      } else {
        context.fillRect(left, top, width, bitmapSize.height - top);
      }
    }
    context.globalAlpha = 1;
  }
}

// Lines with a label at the left that says what they are, and the planned risk and reward right of the last bar.
class Lines {
  constructor(view) {
    this.view = view;
    this.lines = [];
    this.last = null;
  }
  attached({ chart, series, requestUpdate }) {
    Object.assign(this, { chart, series, requestUpdate });
  }
  set(lines) {
    this.lines = lines
      .map((line) => ({ ...line, value: Number(line.price) }))
      .filter((line) => line.value > 0);
    this.requestUpdate?.();
  }
  setLast(price) {
    this.last = price;
    this.requestUpdate?.();
  }
  of(kind) {
    return this.lines.find((line) => line.kind === kind);
  }
  y(line) {
    return this.series.priceToCoordinate(line.value);
  }
  isNear(coordinate) {
    const values = [...this.lines.map((line) => line.value), this.last];
    return values.some((value) => {
      const at = value === null ? null : this.series?.priceToCoordinate(value);
      return at !== null && at !== undefined && Math.abs(at - coordinate) < 15;
    });
  }
  updateAllViews() {}
  autoscaleInfo() {
    const near = this.lines.filter((line) => line.kind !== "average").map((line) => line.value);
    if (!near.length) return null;
    return { priceRange: { minValue: Math.min(...near), maxValue: Math.max(...near) } };
  }
  priceAxisViews() {
    const { theme, places } = this.view;
    const views = this.lines.map((line) =>
      this.axisView(line, lineColour(theme, line.kind), theme.raised, places),
    );
    if (this.last === null) return views;
    const last = { value: this.last };
    return [...views, this.axisView(last, theme.onSolid, theme.solid, places)];
  }
  axisView(line, ink, back, places) {
    return {
      coordinate: () => this.y(line) ?? -100,
      text: () => line.value.toFixed(places),
      textColor: () => ink,
      backColor: () => back,
      tickVisible: () => false,
    };
  }
  paneViews() {
    return [
      { zOrder: () => "bottom", renderer: () => this.painter((scope) => this.drawZones(scope)) },
      { zOrder: () => "top", renderer: () => this.painter((scope) => this.drawLines(scope)) },
    ];
  }
  painter(draw) {
    return { draw: (target) => target.useMediaCoordinateSpace(draw) };
  }
  drawZones({ context, mediaSize }) {
    const entry = this.of("entry");
    const left = this.chart.timeScale().timeToCoordinate(this.view.lastTime);
    if (!entry || left === null) return;
    for (const [kind, colour] of [
      ["stop", "riskZone"],
      ["target", "rewardZone"],
    ]) {
      const line = this.of(kind);
      if (!line) continue;
      const [from, to] = [this.y(entry), this.y(line)];
      context.fillStyle = this.view.theme[colour];
      context.fillRect(left, Math.min(from, to), mediaSize.width - left, Math.abs(to - from));
    }
  }
  drawLines({ context, mediaSize }) {
    const drawn = this.lines
      .map((line) => ({ ...line, at: this.y(line) }))
      .filter((line) => line.at !== null && line.at >= 0 && line.at <= mediaSize.height)
      .sort((one, other) => one.at - other.at);
    // Labels come last and push each other down: no line runs through another's words.
    for (const line of drawn) this.drawLine(context, mediaSize, line);
    let below = -Infinity;
    for (const line of drawn) {
      below = Math.max(line.at, below + 20);
      this.drawLabel(context, line, below);
    }
  }
  drawLine(context, { width }, line) {
    const y = Math.round(line.at) + 0.5;
    context.strokeStyle = lineColour(this.view.theme, line.kind);
    context.lineWidth = 1.25;
    context.setLineDash(DASHES[line.kind] || []);
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    context.setLineDash([]);
  }
  drawLabel(context, line, labelAt) {
    const { theme } = this.view;
    const colour = lineColour(theme, line.kind);
    context.font = `620 11px ${theme.font}`;
    const left = 10;
    const boxWidth = context.measureText(line.text).width + 16;
    context.beginPath();
    context.roundRect(left, Math.round(labelAt) - 9.5, boxWidth, 19, 3);
    context.strokeStyle = colour;
    context.fillStyle = theme.raised;
    context.fill();
    context.lineWidth = 1;
    context.stroke();
    context.fillStyle = colour;
    context.textBaseline = "middle";
    context.fillText(line.text, left + 8, Math.round(labelAt) + 0.5);
  }
}

const views = new Map();
const remembered = new Map();

class ChartView {
  constructor(figure, data) {
    this.figure = figure;
    this.data = data;
    this.places = data.places ?? 2;
    // What is over does not move: no quote of today belongs into its picture.
    this.isStill = "still" in figure.dataset;
    this.box = figure.querySelector("[data-chart-box]");
    this.box.hidden = false;
    this.theme = readTheme(this.box);
    this.bars = data.bars.map((row) => bar(row, data));
    this.build();
    this.fill();
    this.listen();
    figure.dataset.ready = "1";
  }

  get key() {
    return `${this.data.symbol} ${this.data.bar_seconds}`;
  }

  // A swap brings fresh bars; where the person was looking stays.
  leave() {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    if (range) remembered.set(this.key, { range, asTable: this.box.hidden });
    this.chart.remove();
  }

  get lastTime() {
    return this.bars.at(-1)?.time;
  }

  build() {
    const { createChart, CandlestickSeries, LineSeries } = window.LightweightCharts;
    this.chart = createChart(this.box, this.options());
    this.volumeView = new Volume(this.theme);
    this.volume = this.chart.addCustomSeries(this.volumeView, {
      priceScaleId: "volume",
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    const average = { lastValueVisible: false, priceLineVisible: false, crosshairMarkerVisible: false };
    this.slow = this.chart.addSeries(LineSeries, { ...average, lineWidth: 1, lineStyle: 2 });
    this.fast = this.chart.addSeries(LineSeries, { ...average, lineWidth: 1 });
    this.candles = this.chart.addSeries(CandlestickSeries, {
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.lines = new Lines(this);
    this.candles.attachPrimitive(this.lines);
    this.applyTheme();
  }

  options() {
    const { theme } = this;
    return {
      autoSize: true,
      layout: {
        background: { color: "transparent" },
        textColor: theme.ink3,
        fontFamily: theme.font,
        fontSize: 11,
        // The logo option injects a style element, which the CSP refuses; the credit stands beside the chart.
        attributionLogo: false,
      },
      grid: { vertLines: { color: theme.grid }, horzLines: { color: theme.grid } },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.2 }, minimumWidth: 56 },
      timeScale: {
        borderColor: theme.border,
        rightOffset: this.box.clientWidth < 480 ? 7 : 11,
        timeVisible: this.data.bar_seconds < DAY,
        secondsVisible: false,
        minBarSpacing: 1.5,
      },
      crosshair: {
        mode: 0,
        vertLine: { color: theme.ink3, labelBackgroundColor: theme.solid },
        horzLine: { color: theme.ink3, labelBackgroundColor: theme.solid },
      },
      localization: {
        priceFormatter: (value) => value.toFixed(this.places),
        tickmarksPriceFormatter: (prices) => prices.map((value) => this.tickText(value)),
      },
      handleScale: { axisPressedMouseMove: { price: false } },
    };
  }

  // The axis leaves room where a line or the last price has a label of its own.
  tickText(value) {
    const at = this.candles?.priceToCoordinate(value);
    return this.lines?.isNear(at) ? "" : value.toFixed(this.places);
  }

  applyTheme() {
    const { theme } = this;
    this.chart.applyOptions(this.options());
    this.volumeView.theme = theme;
    this.fast.applyOptions({ color: theme.ink2 });
    this.slow.applyOptions({ color: theme.ink3 });
    this.candles.applyOptions({
      upColor: theme.panel,
      borderUpColor: theme.gain,
      wickUpColor: theme.gain,
      downColor: theme.loss,
      borderDownColor: theme.loss,
      wickDownColor: theme.loss,
    });
  }

  fill() {
    this.candles.setData(this.bars);
    this.volume.setData(
      this.bars.map(({ time, open, close, volume }) => ({ time, value: volume, up: close >= open })),
    );
    this.fast.setData(movingAverage(this.bars, 20));
    this.slow.setData(movingAverage(this.bars, 50));
    this.lines.set(this.data.lines || []);
    this.lines.setLast(this.isStill ? null : (this.bars.at(-1)?.close ?? null));
    this.drawFills(this.data.fills || []);
    this.showRecent();
    this.writeLegend(this.bars.at(-1));
  }

  // Opens on as many bars as can be read, or where the chart that this one replaces stood.
  showRecent() {
    const before = remembered.get(this.key);
    if (before) return this.chart.timeScale().setVisibleLogicalRange(before.range);
    const visible = Math.max(Math.floor(this.box.clientWidth / 7.5), 30);
    const to = this.bars.length + (this.box.clientWidth < 480 ? 7 : 11);
    this.chart.timeScale().setVisibleLogicalRange({ from: Math.max(to - visible, -2), to });
  }

  drawFills(fills) {
    const markers = fills
      .map((fill) => ({
        time: this.barTime(shown(fill.time, this.data)),
        position: fill.side === "buy" ? "belowBar" : "aboveBar",
        shape: fill.side === "buy" ? "arrowUp" : "arrowDown",
        color: this.theme.ink,
        text: fill.text,
      }))
      .filter((marker) => marker.time !== undefined)
      .sort((one, other) => one.time - other.time);
    this.markers ??= window.LightweightCharts.createSeriesMarkers(this.candles, []);
    this.markers.setMarkers(markers);
  }

  barTime(time) {
    return this.bars.findLast((one) => one.time <= time)?.time;
  }

  listen() {
    this.chart.subscribeCrosshairMove((moved) => {
      const candle = moved.seriesData.get(this.candles);
      const volume = moved.seriesData.get(this.volume);
      this.writeLegend(candle ? { ...candle, volume: volume?.value } : this.bars.at(-1));
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.theme = readTheme(this.box);
      this.applyTheme();
      this.drawFills(this.data.fills || []);
    });
  }

  writeLegend(candle) {
    if (!candle) return;
    const scope = this.figure.closest("section") || this.figure;
    for (const element of scope.querySelectorAll("[data-legend]")) {
      const value = candle[element.dataset.legend];
      if (value === undefined) continue;
      element.textContent =
        element.dataset.legend === "volume"
          ? new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 }).format(value)
          : value.toFixed(this.places);
    }
  }

  // A quote moves the last bar, or begins the next one.
  quote({ last, at }) {
    const price = Number(String(last).replaceAll(",", ""));
    const seconds = Math.floor(Date.parse(at) / 1000);
    if (!(price > 0) || Number.isNaN(seconds) || !this.bars.length) return;
    const step = this.data.bar_seconds;
    const local = seconds + zoneOffset(seconds, this.data.zone);
    const time = local - (local % step);
    const current = this.bars.at(-1);
    if (time > current.time) {
      this.bars.push({ time, open: price, high: price, low: price, close: price, volume: 0 });
    } else {
      current.high = Math.max(current.high, price);
      current.low = Math.min(current.low, price);
      current.close = price;
    }
    this.candles.update(this.bars.at(-1));
    this.lines.setLast(price);
  }
}

async function dataOf(figure) {
  const block = figure.querySelector("template[data-chart-data]");
  if (block) return JSON.parse(block.content.textContent);
  const response = await fetch(figure.dataset.chartUrl, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`chart data: ${response.status}`);
  return response.json();
}

async function start(figure) {
  if (views.has(figure)) return;
  views.set(figure, null);
  const state = figure.querySelector("[data-chart-state]");
  try {
    const data = await dataOf(figure);
    if (!data.bars?.length) return;
    if (state) state.hidden = true;
    const view = new ChartView(figure, data);
    views.set(figure, view);
    showTable(figure, remembered.get(view.key)?.asTable || false);
    applyPlannedLines();
  } catch (error) {
    views.delete(figure);
    if (state) state.textContent = "The chart could not be drawn. The table has the same bars.";
    showTable(figure, true);
    console.error(error);
  }
}

function showTable(figure, asTable) {
  const table = figure.querySelector("[data-chart-table]");
  if (!table) return;
  table.hidden = !asTable;
  figure.querySelector("[data-chart-box]").hidden = asTable;
  const scope = figure.closest("section") || figure;
  for (const toggle of scope.querySelectorAll("[data-chart-toggle]")) {
    toggle.hidden = false;
    toggle.setAttribute("aria-pressed", String(asTable));
    const label = toggle.querySelector("[data-label]");
    if (label) label.textContent = asTable ? "View as chart" : "View as table";
  }
}

function startAll() {
  for (const [figure, view] of views) {
    if (figure.isConnected) continue;
    view?.leave();
    views.delete(figure);
  }
  document.querySelectorAll("[data-chart]").forEach(start);
}

document.addEventListener("click", (event) => {
  const toggle = event.target.closest?.("[data-chart-toggle]");
  const figure = toggle?.closest("section")?.querySelector("[data-chart]") || toggle?.closest("[data-chart]");
  if (figure) showTable(figure, !figure.querySelector("[data-chart-box]").hidden);
});

document.body.addEventListener("desk:quote", (event) => {
  const quote = event.detail;
  for (const view of views.values()) {
    if (view?.data.symbol === quote.symbol && quote.last && !view.isStill) view.quote(quote);
  }
});

// The ticket's preview brings its planned lines in a data block of its own.
function applyPlannedLines() {
  const block = document.querySelector("template[data-chart-lines]");
  if (!block) return;
  const { symbol, lines } = JSON.parse(block.content.textContent);
  for (const view of views.values()) {
    if (view?.data.symbol === symbol) view.lines.set([...(view.data.lines || []), ...lines]);
  }
}

document.body.addEventListener("htmx:afterSettle", () => {
  startAll();
  applyPlannedLines();
});

startAll();
