"use strict";
// What the page holds: columns with a value for each point. A column of texts has codes into its texts.
const data = JSON.parse(document.getElementById("data").textContent);
const columns = data.columns;
const rowCount = data.commands.length;
const byId = (id) => document.getElementById(id);

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const isText = (column) => column.texts !== undefined;

function valueOf(column, row) {
  return isText(column) ? column.texts[column.codes[row]] : column.values[row];
}

function numberText(value) {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return value.toLocaleString("en", {maximumFractionDigits: 0});
  return size >= 0.001 || size === 0 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

function figureText(column, value) {
  if (value === null || value === undefined) return "\u2013";
  return column.share ? `${Number((100 * value).toPrecision(4))}%` : numberText(value);
}

function shown(column, row) {
  return isText(column) ? valueOf(column, row) : figureText(column, valueOf(column, row));
}

function withInterval(column, row) {
  const low = column.low?.[row] ?? null;
  const high = column.high?.[row] ?? null;
  const text = shown(column, row);
  return low === null && high === null
    ? text : `${text}  [${figureText(column, low)}, ${figureText(column, high)}]`;
}

function nameOf(column) {
  return column.group ? `${column.group} ${column.label}` : column.label;
}

function unitOf(column) {
  return column.share ? "%" : column.unit || "";
}

function withUnit(column) {
  const unit = column.share ? "" : unitOf(column);  // shares have theirs behind the number
  return nameOf(column) + (unit ? `, ${unit}` : "");
}

// Numbers inside texts count as numbers: "8 x 1" stands before "16 x 1".
const collator = new Intl.Collator("en", {numeric: true});

// What was not measured comes last, whichever way is sorted.
function compare(column, a, b, sign) {
  const left = valueOf(column, a);
  const right = valueOf(column, b);
  if (isText(column)) return sign * collator.compare(left, right) || a - b;
  if (left === null || right === null) return (left === null) - (right === null) || a - b;
  return sign * (left - right) || a - b;
}
