// What every page does: theme, keys, language switch that keeps the place, formulas, folded parts that a link points into.
import { setUpKeys } from "./keys.js";
import { setUpTheme } from "./theme-switch.js";
import { setUpPalette } from "./palette.js";
import { typeset } from "./math.js";

setUpTheme(document.querySelector("[data-theme-toggle]"));
setUpKeys(document, setUpPalette(document));

/** @param {string} name @param {string} value */
function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

for (const link of document.querySelectorAll("[data-language]")) {
  const { pathname } = new URL(link.href);
  const follow = () => { link.href = pathname + location.search + location.hash; };
  link.addEventListener("pointerdown", follow);
  link.addEventListener("focus", follow);
  link.addEventListener("click", (event) => {
    follow();
    remember("lang", link.dataset.language);
    if (!/^\/(zh|en)(\/|$)/.test(location.pathname)) {  // a page whose address has no language
      event.preventDefault();
      location.reload();
    }
  });
}

// The learner's time zone, for the day that rolls over at 04:00 their time.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && /^[\w+\-/]{1,60}$/.test(zone)) remember("tz", zone);

/** Opens what is folded around the place the address names, and goes there. */
function unfold() {
  let target = null;
  try { target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
  if (!target) return;
  let closed = false;
  for (let at = target; at; at = at.parentElement?.closest("details")) {
    if (at.tagName === "DETAILS" && !at.open) closed = at.open = true;
  }
  if (closed) target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();

// On paper nothing is folded.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main .reading details:not([open])")];
  for (const part of opened) part.open = true;
});
addEventListener("afterprint", () => { for (const part of opened) part.open = false; });

typeset(document.body);
