/** Settings ↔ query string. The query is exactly the API's: only what differs from the defaults, in the order of the knobs. */

/** @typedef {{name: string, kind: string, default: string | string[], options: string[], when: [string, string[]][]}} Knob */
/** @typedef {Record<string, string | string[]>} Values  what each control holds, as text */

const ROWS = /[;；\n]/;
const SPACES = /[\s,，]+/;

/** The rows of "0.5 0.5; 0.1 0.9" as arrays of text. */
export function rowsOf(text) {
  return text.split(ROWS).map((row) => row.trim().split(SPACES)).filter((row) => row[0] !== "");
}

/** The one way a value is written, so that 0.50 and 0.5 are the same state. */
function canonical(knob, value) {
  if (knob.kind === "many") return knob.options.filter((option) => value.includes(option)).join("\n");
  if (knob.kind === "matrix") return rowsOf(value).map((row) => row.map(plain).join(" ")).join("; ");
  if (knob.kind === "vector") return rowsOf(value).flat().map(plain).join(" ");
  if (knob.kind === "expression") return value.trim();
  return ["int", "float", "seed"].includes(knob.kind) ? plain(value) : value;
}

function plain(text) {
  const value = Number(text);
  return String(text).trim() === "" || !Number.isFinite(value) ? String(text).trim() : String(value);
}

/** Whether a knob does something in this state: all its `when` pairs hold. Mirrors app/kit/knobs.py: Knob.matters. */
export function matters(knob, knobs, values) {
  return knob.when.every(([name, wanted]) => {
    const other = knobs.find((one) => one.name === name);
    return canonical(other, values[name]).split("\n").some((held) => wanted.includes(held));
  });
}

/** @param {Knob[]} knobs @param {Values} values */
export function queryOf(knobs, values) {
  const query = new URLSearchParams();
  for (const knob of knobs) {
    const value = canonical(knob, values[knob.name]);
    if (value === canonical(knob, knob.default)) continue;
    for (const part of knob.kind === "many" ? value.split("\n") : [value]) query.append(knob.name, part);
  }
  return query.toString();
}

/** The part of a query that an address or a link may hold: a reader's own picture is not put there. */
export function shared(knobs, query) {
  const own = knobs.filter(({ kind }) => kind === "picture").map(({ name }) => name);
  const given = new URLSearchParams(query);
  if (!own.some((name) => given.has(name))) return query;
  for (const name of own) given.delete(name);
  return given.toString();
}

/** The settings a query stands for: the defaults, overlaid. @returns {Values} */
export function valuesOf(knobs, query) {
  const given = new URLSearchParams(query);
  return Object.fromEntries(
    knobs.map((knob) => {
      if (!given.has(knob.name)) return [knob.name, knob.default];
      return [knob.name, knob.kind === "many" ? given.getAll(knob.name) : given.get(knob.name)];
    }),
  );
}
