/** @import { Transcript, TranscriptAttempt, TranscriptItem, TranscriptProbe } from "../transcript.ts" */

// The list of items. What models said is hostile text: it enters the page as text nodes only, never as markup.

const pageSize = 50;

/** @type {Transcript} */
const transcript = JSON.parse(find("#item-data", HTMLScriptElement).text);
const { texts, items } = transcript;
/** What a search looks through: lower case, built when an item is first searched. @type {Map<number, string>} */
const haystacks = new Map();

const form = find("#item-filter", HTMLFormElement);
const rows = find("#item-rows", HTMLElement);
const count = find("#item-count", HTMLElement);
const pages = find("#item-pages", HTMLElement);

let page = 0;
let shown = items;

form.hidden = false;
form.addEventListener("input", () => filter());
form.addEventListener("submit", (event) => event.preventDefault());
pages.addEventListener("click", ({ target }) => {
  if (!(target instanceof HTMLButtonElement)) return;
  page += Number(target.dataset.step);
  render();
  find("#items-title", HTMLElement).scrollIntoView();
});
filter();

function filter() {
  const values = new FormData(form);
  const [family, stratum, outcome, text] = ["family", "stratum", "outcome", "text"].map(
    (name) => `${values.get(name) ?? ""}`,
  );
  const needle = (text ?? "").trim().toLowerCase();
  shown = items.filter(
    (item) =>
      (!family || item.family === family) &&
      (!outcome || item.outcome === outcome) &&
      (!stratum || item.probes.some((probe) => probe.stratum === stratum)) &&
      (!needle || haystack(item).includes(needle)),
  );
  page = 0;
  render();
}

function render() {
  const last = Math.max(0, Math.ceil(shown.length / pageSize) - 1);
  page = Math.min(Math.max(page, 0), last);
  const from = page * pageSize;
  rows.replaceChildren(...shown.slice(from, from + pageSize).map(itemRow));
  count.textContent = `${shown.length} of ${items.length} items`;
  pages.hidden = last === 0;
  const [previous, next] = pages.querySelectorAll("button");
  if (previous) previous.disabled = page === 0;
  if (next) next.disabled = page === last;
  const label = pages.querySelector("span");
  if (label) label.textContent = `page ${page + 1} of ${last + 1}`;
}

/** @param {TranscriptItem} item */
function itemRow(item) {
  const summary = element("summary", {}, [
    element("span", { className: "number" }, [`${item.family} ${item.index}`]),
    element("span", { className: `outcome ${item.outcome}` }, [item.outcome]),
    element("span", { className: "reason" }, [visible(item.reason)]),
  ]);
  const row = element("details", { className: "item" }, [summary]);
  row.addEventListener("toggle", () => {
    if (row.open && row.children.length === 1) row.append(itemBody(item));
  });
  return row;
}

/** @param {TranscriptItem} item */
function itemBody(item) {
  const grade = element("p", { className: "note" }, [`Grade ${item.grade} of 10000.`]);
  return element("div", { className: "body" }, [
    grade,
    ...item.probes.map((probe, index) => probeBlock(probe, item.probes[index - 1])),
  ]);
}

/** @param {TranscriptProbe} probe @param {TranscriptProbe | undefined} before */
function probeBlock(probe, before) {
  const { stratum, prompt, expected, attempts } = probe;
  const isAgain = before?.prompt === prompt && before.expected === expected;
  return element("div", { className: "probe" }, [
    element("h3", {}, [isAgain ? `${stratum}, asked again` : stratum]),
    ...(isAgain ? [] : [labelled("asked", texts[prompt] ?? "")]),
    ...(isAgain || expected === null ? [] : [labelled("right answer", texts[expected] ?? "")]),
    ...(attempts.length === 0 ? [element("p", { className: "note" }, ["Never sent."])] : attempts.map(attemptBlock)),
  ]);
}

/** @param {TranscriptAttempt} attempt @param {number} index */
function attemptBlock(attempt, index) {
  const { reply, answer, grade, failure, detail, status, inventions, took, line } = attempt;
  const facts = [
    failure === null ? `grade ${grade}` : `failed: ${failure}${detail === null ? "" : ` (${detail})`}`,
    ...(status === null || status === 200 ? [] : [`status ${status}`]),
    ...(answer === null ? [] : [`read as ${answer}`]),
    ...(inventions.length === 0 ? [] : [`not asked for: ${inventions.join(", ")}`]),
    `${(took / 1000).toFixed(1)} ms`,
    `line ${line} of the evidence`,
  ];
  return labelled(index === 0 ? "reply" : `retry ${index}`, texts[reply] ?? "", facts.join(" · "));
}

/** @param {string} name @param {string} text @param {string} [facts] */
function labelled(name, text, facts = "") {
  const caption = element("figcaption", {}, [
    facts === "" ? name : `${name} — `,
    element("span", {}, [visible(facts)]),
  ]);
  const body = text === "" ? element("p", { className: "note" }, ["(empty)"]) : element("pre", {}, [visible(text)]);
  return element("figure", {}, [caption, body]);
}

/** A text with everything that cannot be seen, or turns the reading direction, shown by its code. @param {string} text */
function visible(text) {
  const fragment = document.createDocumentFragment();
  for (const part of text.split(/(\p{Zl}|\p{Zp}|[^\P{C}\n])/u)) {
    if (part === "") continue;
    const hidden = /^(\p{Zl}|\p{Zp}|[^\P{C}\n])$/u.test(part);
    fragment.append(hidden ? element("span", { className: "code" }, [codeOf(part)]) : part);
  }
  return fragment;
}

/** @param {string} character */
function codeOf(character) {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** @param {TranscriptItem} item */
function haystack(item) {
  const known = haystacks.get(item.index);
  if (known !== undefined) return known;
  const said = item.probes.flatMap(({ prompt, attempts }) => [prompt, ...attempts.map(({ reply }) => reply)]);
  const built = [item.reason, ...said.map((place) => texts[place] ?? "")].join("\n").toLowerCase();
  haystacks.set(item.index, built);
  return built;
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {{ className?: string }} properties
 * @param {(Node | string)[]} children
 */
function element(name, { className = "" }, children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/**
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 */
function find(selector, kind) {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new TypeError(`the page lacks ${selector}`);
  return found;
}
