/** A panel's words: the interface's in the reader's language, and how texts and numbers that come with results read. */

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** @param {{lang: "zh" | "en", words: Record<string, string>}} spec */
export function makeWords({ lang, words }) {
  return {
    lang,
    /** An interface text with its {blanks} filled. */
    say: (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]),
    /** One language of a {zh, en} text; anything else as it is. */
    pick: (text) => (isText(text) ? text[lang] : text),
  };
}

/** True for {zh: "…", en: "…"}. */
export function isText(value) {
  return value !== null && typeof value === "object" && typeof value.zh === "string" && typeof value.en === "string";
}

/** Four significant digits, powers of ten written out: 0.25, 6.704×10⁻⁷. */
export function number(value, digits = 4) {
  if (typeof value === "string") return { nan: "NaN", inf: "+∞", "-inf": "−∞" }[value] ?? value;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+∞" : "−∞";
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e6)) return String(Number(value.toPrecision(digits))).replace("-", "−");
  return scientific(value, digits);
}

/** A deviation or a tolerance: 2.1×10⁻¹¹, or 0.25. */
export function size(value) {
  const plain = value === 0 || (Math.abs(value) >= 0.01 && Math.abs(value) < 1000);
  return plain ? String(Number(value.toPrecision(2))) : scientific(value, 2);
}

function scientific(value, digits) {
  if (!Number.isFinite(value)) return number(value);
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const raised = [...String(Number(power))].map((c) => RAISED[c]).join("");
  return `${String(Number(mantissa)).replace("-", "−")}×10${raised}`;
}

/** A number of the data tables: six significant digits, an em dash for what is not there. */
export function cell(value) {
  if (value === null || value === undefined) return "—";
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value);
}
