// The plot: a mark for each point that the filters leave, in the colours of the printed figures.
const SVG = "http://www.w3.org/2000/svg";
const MARKS_MAX = 4000;
const COLOURS_MAX = 12;
const SHAPES = {
  o: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z", s: "M-4-4h8v8h-8z", "^": "M0-5l5 9h-10z",
  v: "M0 5l5-9h-10z", D: "M0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z", P: "M-1.7-5h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3z",
  X: "M-5-3l2-2l3 3l3-3l2 2l-3 3l3 3l-2 2l-3-3l-3 3l-2-2l3-3z",
  "*": "M0-6l1.5 4.1h4.3l-3.5 2.7l1.3 4.2l-3.6-2.5l-3.6 2.5l1.3-4.2l-3.5-2.7h4.3z",
  p: "M0-5.5l5.2 3.8l-2 6.2h-6.4l-2-6.2z",
  h: "M-5-2.9l5-2.9l5 2.9v5.8l-5 2.9l-5-2.9z",
};
const frame = {width: 900, height: 460, left: 78, right: 16, top: 14, bottom: 48};
const dark = matchMedia("(prefers-color-scheme: dark)");

function drawn(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A setting counts as numbers if all its texts are some.
const numericTexts = columns.map((column) => isText(column) && column.setting && column.texts.length > 1
  && column.texts.every((text) => text === "-" || Number.isFinite(Number(text))));

function plotValue(index, row) {
  const value = valueOf(columns[index], row);
  if (!isText(columns[index])) return value;
  return value === "-" ? null : Number(value);
}

function styleOf(column, code) {
  const text = column.texts[code];
  const own = column.key === "policy" ? data.palette.policies.find(({name}) => name === text) : undefined;
  const style = own || data.palette.series[code % data.palette.series.length];
  return {colour: dark.matches ? style.dark : style.colour, shape: SHAPES[style.marker] || SHAPES.o};
}

function niceTicks(low, high) {
  const rough = (high - low) / 6 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) ticks.push(Math.abs(tick) < step / 2 ? 0 : tick);
  return ticks;
}

function rangeOf(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low >= 0 && low < 0.6 * high) low = 0;
  const margin = 0.05 * (high - low) || Math.abs(high) * 0.1 || 1;
  return [low === 0 ? -0.03 * (high || 1) : low - margin, high + margin];
}

function axis(range, begin, end) {
  return (value) => begin + (value - range[0]) / (range[1] - range[0]) * (end - begin);
}

function drawAxes(svg, ranges, scales, indices) {
  const {width, height, left, right, top, bottom} = frame;
  const text = (x, y, anchor, content) => svg.append(drawn("text", {x, y, "text-anchor": anchor}, content));
  for (const tick of niceTicks(...ranges[0])) {
    const x = scales[0](tick);
    svg.append(drawn("line", {class: "grid", x1: x, x2: x, y1: top, y2: height - bottom}));
    text(x, height - bottom + 17, "middle", figureText(columns[indices[0]], tick));
  }
  for (const tick of niceTicks(...ranges[1])) {
    const y = scales[1](tick);
    svg.append(drawn("line", {class: "grid", x1: left, x2: width - right, y1: y, y2: y}));
    text(left - 7, y + 4, "end", figureText(columns[indices[1]], tick));
  }
  const title = (index) => nameOf(columns[index]) + (unitOf(columns[index]) ? ` (${unitOf(columns[index])})` : "");
  text((left + width - right) / 2, height - 8, "middle", title(indices[0]));
  svg.append(drawn("text", {"text-anchor": "middle",
                            transform: `translate(15 ${(top + height - bottom) / 2}) rotate(-90)`}, title(indices[1])));
}

function drawInterval(svg, column, row, x, scale, colour) {
  const [low, high] = [column.low?.[row] ?? null, column.high?.[row] ?? null];
  if (low === null || high === null) return;
  svg.append(drawn("line", {class: "bar", x1: x, x2: x, y1: scale(low), y2: scale(high), stroke: colour}));
}

function drawLegend(column, codes) {
  byId("plot-legend").replaceChildren(...codes.map((code) => {
    const {colour, shape} = styleOf(column, code);
    const mark = drawn("svg", {viewBox: "-7 -7 14 14", "aria-hidden": "true"}, drawn("path", {d: shape, fill: colour}));
    return made("span", {}, mark, column.texts[code] || "-");
  }));
}

function markOf(row, at, style, label) {
  const mark = drawn("path", {class: "mark", d: style.shape, fill: style.colour, tabindex: "-1", role: "button",
                              transform: `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})`, "data-row": row,
                              "aria-label": label});
  mark.append(drawn("title", {}, label));
  return mark;
}

function drawPlot() {
  const indices = [Number(byId("plot-x").value), Number(byId("plot-y").value)];
  const colour = columns[Number(byId("plot-colour").value)];
  const known = state.rows.filter((row) => indices.every((index) => plotValue(index, row) !== null));
  const rows = known.slice(0, MARKS_MAX);
  const svg = drawn("svg", {viewBox: `0 0 ${frame.width} ${frame.height}`, role: "group", "aria-label": "Plot of points"});
  byId("plot-frame").replaceChildren(svg);
  byId("plot-note").textContent = known.length > rows.length
    ? `The first ${rows.length} of ${known.length} points in the table's order.` : `${rows.length} points.`;
  drawLegend(colour, [...new Set(rows.map((row) => colour.codes[row]))].slice(0, COLOURS_MAX));
  if (!rows.length) return;
  const ranges = indices.map((index) => rangeOf(rows.map((row) => plotValue(index, row))));
  const scales = [axis(ranges[0], frame.left, frame.width - frame.right),
                  axis(ranges[1], frame.height - frame.bottom, frame.top)];
  drawAxes(svg, ranges, scales, indices);
  for (const row of rows) {
    const at = indices.map((index, i) => scales[i](plotValue(index, row)));
    const style = styleOf(colour, colour.codes[row]);
    drawInterval(svg, columns[indices[1]], row, at[0], scales[1], style.colour);
    const label = `${valueOf(columns[0], row)}, ${valueOf(colour, row)}: ` +
      indices.map((index) => `${nameOf(columns[index])} ${shown(columns[index], row)}`).join(", ");
    svg.append(markOf(row, at, style, label));
  }
  const first = svg.querySelector(".mark");
  first.setAttribute("tabindex", "0");
}

function stepMark(mark, forward) {
  const marks = [...byId("plot-frame").querySelectorAll(".mark")];
  const next = marks[marks.indexOf(mark) + (forward ? 1 : -1)];
  if (!next) return;
  mark.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

function fillPlotChoices() {
  const preferred = {x: ["load", "contexts", "work_in_time"], y: ["on_time_jobs_per_s"], colour: ["policy"]};
  for (const which of ["x", "y", "colour"]) {
    const select = byId(`plot-${which}`);
    columns.forEach((column, index) => {
      const fits = which === "colour" ? isText(column) && column.setting : !isText(column) || numericTexts[index];
      if (fits) select.append(made("option", {value: index, "data-key": column.key}, nameOf(column)));
    });
    const keys = [...select.options].map((option) => option.dataset.key);
    const wish = preferred[which].find((key) => keys.includes(key));
    if (wish) select.selectedIndex = keys.indexOf(wish);
    select.addEventListener("change", drawPlot);
  }
}

byId("plot-frame").addEventListener("click", (event) => {
  const mark = event.target.closest(".mark");
  if (mark) openDetails(Number(mark.dataset.row));
});
byId("plot-frame").addEventListener("keydown", (event) => {
  const mark = event.target.closest(".mark");
  if (!mark) return;
  if (["Enter", " "].includes(event.key)) openDetails(Number(mark.dataset.row));
  else if (["ArrowRight", "ArrowDown"].includes(event.key)) stepMark(mark, true);
  else if (["ArrowLeft", "ArrowUp"].includes(event.key)) stepMark(mark, false);
  else return;
  event.preventDefault();
});
dark.addEventListener("change", drawPlot);
fillPlotChoices();
changed.push(drawPlot);
