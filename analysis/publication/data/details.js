// One point: its command, settings, figures and warnings, and where it came from.
function list(pairs) {
  const element = made("dl");
  for (const [name, value] of pairs) element.append(made("dt", {}, name), made("dd", {}, value));
  return element;
}

function commandBlock(text) {
  const button = made("button", {type: "button"}, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block);  // a page from disk may not write to the clipboard
      button.textContent = "Marked";
    }
  });
  const block = made("pre", {class: "command"}, text);
  return made("div", {}, block, button);
}

function provenanceOf(report) {
  return list([["file", report.file], ["SHA-256", report.sha256], ["world", report.world],
               ...Object.entries(report.provenance)]);
}

function openDetails(row) {
  const report = data.reports[data.report_of[row]];
  const warnings = (data.warnings_of[row] || []).map((index) => data.warnings[index]);
  const differing = columns.filter((column) => isText(column) && column.setting);
  byId("details-title").textContent = `Point ${valueOf(columns[0], row)}`;
  byId("details-body").replaceChildren(
    made("h3", {}, "Run it again"), commandBlock(data.commands[row]),
    ...(warnings.length ? [made("h3", {}, "Warnings"), made("ul", {}, ...warnings.map((text) => made("li", {}, text)))] : []),
    made("h3", {}, "Settings"),
    list([...differing.map((column) => [nameOf(column), shown(column, row)]), ...data.shared]),
    made("h3", {}, "Figures, with 95% intervals where there are any"),
    list(columns.filter((column) => !isText(column)).map((column) => {
      const unit = column.share ? "" : unitOf(column);
      return [nameOf(column), withInterval(column, row) + (unit ? ` ${unit}` : "")];
    })),
    made("h3", {}, "Source"), provenanceOf(report));
  byId("details").showModal();
  byId("details").scrollTop = 0;
}

byId("details-close").addEventListener("click", () => byId("details").close());
byId("details").addEventListener("click", (event) => {
  if (event.target === byId("details")) byId("details").close();  // the ground behind it
});
