// Fills what stands still, and draws the rest for the first time.
byId("worlds").append(...[...new Set(data.reports.map(({world}) => world))].map((world) => made("li", {}, world)));
byId("provenance").append(
  made("h3", {}, "This page"), list([["command", data.command], ["program", data.program]]),
  ...data.reports.flatMap((report) => [made("h3", {}, report.file), provenanceOf(report)]));
byId("claims-link").hidden = !byId("claims");
if (!document.querySelector("#figures figure")) {
  byId("figures").hidden = true;
  byId("figures-link").hidden = true;
}
applyFilters();
