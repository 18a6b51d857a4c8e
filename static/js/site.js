// What every page does: theme, language switch that keeps the query, formulas. Page modules live beside this file.
import { setUpTheme } from "./theme-switch.js";
import { typeset } from "./math.js";

setUpTheme(document.querySelector("[data-theme-toggle]"));

for (const link of document.querySelectorAll("[data-language]")) {
  const { pathname } = new URL(link.href);
  const follow = () => { link.href = pathname + location.search + location.hash; };
  link.addEventListener("pointerdown", follow);
  link.addEventListener("focus", follow);
  link.addEventListener("click", () => {
    follow();
    document.cookie = `lang=${link.dataset.language}; path=/; max-age=31536000; samesite=lax`;
  });
}

// The learner's time zone, for the day that rolls over at 04:00 their time.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && /^[\w+\-/]{1,60}$/.test(zone)) document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax`;

typeset(document.body);
