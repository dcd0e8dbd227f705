// The table: one page of the rows, headings that sort, rows that keys go through.
const ROWS_A_PAGE = 100;

function visibleColumns() {
  return columns.map((column, index) => index).filter((index) => columns[index].visible);
}

function sortBy(index) {
  state.sign = state.sort === index ? -state.sign : isText(columns[index]) ? 1 : -1;
  state.sort = index;
  applyFilters();
  byId(`sort-${index}`).focus();
}

function headingCell(index) {
  const column = columns[index];
  const button = made("button", {type: "button", id: `sort-${index}`}, column.label);
  const unit = unitOf(column);
  if (unit) button.append(made("small", {}, unit));
  button.addEventListener("click", () => sortBy(index));
  const cell = made("th", {scope: "col", class: isText(column) ? "" : "number"}, button);
  if (state.sort === index) cell.setAttribute("aria-sort", state.sign > 0 ? "ascending" : "descending");
  return cell;
}

// "level 0" stands over the columns of that level.
function groupRow(indices) {
  const row = made("tr", {class: "group"});
  for (let i = 0; i < indices.length;) {
    const group = columns[indices[i]].group || "";
    let end = i + 1;
    while (end < indices.length && (columns[indices[end]].group || "") === group) ++end;
    row.append(group ? made("th", {colspan: end - i, scope: "colgroup"}, group) : made("td", {colspan: end - i}));
    i = end;
  }
  return row;
}

function bodyRow(row, indices) {
  const element = made("tr", {tabindex: "-1", "data-row": row});
  for (const index of indices) {
    const column = columns[index];
    element.append(made("td", {class: isText(column) ? "" : "number", "data-label": withUnit(column), "data-key": column.key},
                        shown(column, row)));
  }
  return element;
}

function drawTable() {
  const indices = visibleColumns();
  const [head, body] = [byId("table").tHead, byId("table").tBodies[0]];
  const grouped = indices.some((index) => columns[index].group);
  head.replaceChildren(...grouped ? [groupRow(indices)] : [], made("tr", {}, ...indices.map(headingCell)));
  const begin = state.page * ROWS_A_PAGE;
  const rows = state.rows.slice(begin, begin + ROWS_A_PAGE).map((row) => bodyRow(row, indices));
  if (rows.length) rows[0].tabIndex = 0;
  else rows.push(made("tr", {class: "empty"}, made("td", {colspan: indices.length}, "No point matches.")));
  body.replaceChildren(...rows);
  drawPager();
}

function drawPager() {
  const pages = Math.max(1, Math.ceil(state.rows.length / ROWS_A_PAGE));
  byId("count").textContent = state.rows.length === rowCount
    ? `${rowCount} points` : `${state.rows.length} of ${rowCount} points`;
  byId("page-number").textContent = `page ${state.page + 1} of ${pages}`;
  byId("pager").hidden = pages === 1;
  for (const id of ["page-first", "page-back"]) byId(id).disabled = state.page === 0;
  for (const id of ["page-next", "page-last"]) byId(id).disabled = state.page === pages - 1;
}

function goToPage(page) {
  const last = Math.max(0, Math.ceil(state.rows.length / ROWS_A_PAGE) - 1);
  state.page = Math.min(Math.max(0, page), last);
  drawTable();
}

function focusRow(element) {
  if (!element || element.dataset.row === undefined) return;
  for (const other of byId("table").tBodies[0].rows) other.tabIndex = -1;
  element.tabIndex = 0;
  element.focus();
}

const KEYS = {
  ArrowDown: (row) => focusRow(row.nextElementSibling),
  ArrowUp: (row) => focusRow(row.previousElementSibling),
  Home: (row) => focusRow(row.parentElement.firstElementChild),
  End: (row) => focusRow(row.parentElement.lastElementChild),
  PageDown: () => { goToPage(state.page + 1); focusRow(byId("table").tBodies[0].rows[0]); },
  PageUp: () => { goToPage(state.page - 1); focusRow(byId("table").tBodies[0].rows[0]); },
  Enter: (row) => openDetails(Number(row.dataset.row)),
  " ": (row) => openDetails(Number(row.dataset.row)),
};

byId("table").addEventListener("keydown", (event) => {
  const row = event.target.closest("tr[data-row]");
  const act = KEYS[event.key];
  if (!row || !act || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  act(row);
});
byId("table").addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row || String(getSelection())) return;  // whoever marks text does not mean to open it
  focusRow(row);
  openDetails(Number(row.dataset.row));
});
byId("page-first").addEventListener("click", () => goToPage(0));
byId("page-back").addEventListener("click", () => goToPage(state.page - 1));
byId("page-next").addEventListener("click", () => goToPage(state.page + 1));
byId("page-last").addEventListener("click", () => goToPage(Infinity));

columns.forEach((column, index) => {
  const box = made("input", {type: "checkbox", id: `column-${index}`});
  box.checked = column.visible;
  box.addEventListener("change", () => {
    column.visible = box.checked;
    drawTable();
  });
  byId("column-list").append(made("label", {}, box, nameOf(column)));
});
changed.push(drawTable);
