/** A slider and the number beside it mirror each other. A log slider moves in decades; the number holds the value. */

/** @param {HTMLElement} box one .knob @param {{kind: string, ge: number, le: number, step: number, log: boolean}} knob */
export function makeSlider(box, knob) {
  const range = box.querySelector("[data-slider]");
  const number = box.querySelector("input.number");
  const scale = knob.log ? logarithmic(knob) : { to: Number, from: (at) => String(at) };
  if (knob.log) {
    Object.assign(range, { min: scale.to(knob.ge), max: scale.to(knob.le), step: scale.step });
    number.addEventListener("keydown", (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      const at = Math.round(scale.to(number.value) / scale.step + way) * scale.step;
      number.value = scale.from(Math.min(Math.max(at, scale.to(knob.ge)), scale.to(knob.le)));
      number.dispatchEvent(new Event("input", { bubbles: true }));
      number.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  function follow() {
    const at = scale.to(number.value);
    if (!Number.isFinite(at)) return;
    range.value = at;
    paint();
  }
  function lead() {
    number.value = scale.from(Number(range.value));
    paint();
  }
  function paint() {
    const part = (range.value - range.min) / (range.max - range.min);
    range.style.setProperty("--at", `calc(9px + ${part} * (100% - 18px))`);
    if (knob.log) range.setAttribute("aria-valuetext", number.value);
  }
  follow();
  return { range, number, follow, lead };
}

/** Positions are powers of ten; values are rounded to what a step can tell apart, the bounds exactly hit. */
function logarithmic({ kind, ge, le }) {
  const decades = Math.log10(le / ge);
  const step = decades > 2.5 ? 0.05 : 0.02;
  const from = (at) => {
    if (at <= Math.log10(ge) + step / 2) return String(ge);
    if (at >= Math.log10(le) - step / 2) return String(le);
    const value = 10 ** at;
    return kind === "int" ? String(Math.round(value)) : String(Number(value.toPrecision(step === 0.05 ? 2 : 3)));
  };
  return { to: (value) => Math.log10(Number(value)), from, step };
}
