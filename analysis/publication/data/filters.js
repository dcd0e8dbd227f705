// Which points are shown: words, choices of settings, and a limit on one figure.
const CHOICES_MAX = 60;  // a setting with more values is searched, not chosen
const state = {sort: null, sign: 1, page: 0, rows: []};
const changed = [];  // what is drawn anew after a change

const searchTexts = Array.from({length: rowCount}, () => "");
for (const column of columns.filter(isText)) {
  const lower = column.texts.map((text) => text.toLowerCase());
  for (let row = 0; row < rowCount; ++row) searchTexts[row] += " " + lower[column.codes[row]];
}

const choices = columns.filter((column) => isText(column) && column.setting && !column.minor
  && column.texts.length > 1 && column.texts.length <= CHOICES_MAX).map((column) => {
  const select = made("select", {id: `choose-${column.key}`}, made("option", {value: ""}, "all"));
  const order = column.texts.map((_, code) => code);
  order.sort((a, b) => collator.compare(column.texts[a], column.texts[b]));
  for (const code of order) select.append(made("option", {value: code}, column.texts[code]));
  byId("choices").append(made("label", {}, nameOf(column), select));
  return {column, select};
});

byId("limit-column").append(made("option", {value: ""}, "none"));
columns.forEach((column, index) => {
  if (isText(column)) return;
  const unit = unitOf(column);
  byId("limit-column").append(made("option", {value: index}, nameOf(column) + (unit ? ` (${unit})` : "")));
});

function limitTest() {
  const chosen = byId("limit-column").value;
  const text = byId("limit-value").value;
  if (chosen === "" || text === "") return () => true;
  const column = columns[Number(chosen)];
  const limit = Number(text) / (column.share ? 100 : 1);
  const least = byId("limit-way").value === "min";
  return (row) => {
    const value = column.values[row];
    return value !== null && (least ? value >= limit : value <= limit);
  };
}

function matchingRows() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = choices.filter(({select}) => select.value !== "")
    .map(({column, select}) => [column.codes, Number(select.value)]);
  const within = limitTest();
  const rows = [];
  for (let row = 0; row < rowCount; ++row) {
    if (chosen.every(([codes, code]) => codes[row] === code) && within(row)
      && words.every((word) => searchTexts[row].includes(word))) rows.push(row);
  }
  return rows;
}

function applyFilters() {
  state.rows = matchingRows();
  if (state.sort !== null) {
    const column = columns[state.sort];
    state.rows.sort((a, b) => compare(column, a, b, state.sign));
  }
  state.page = 0;
  for (const draw of changed) draw();
}

let waiting = 0;
function applySoon() {
  clearTimeout(waiting);
  waiting = setTimeout(applyFilters, 120);
}

byId("filters").addEventListener("input", applySoon);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").addEventListener("reset", () => setTimeout(applyFilters));
