/** Brings every live panel of a page to life, each when it comes near the screen. */

import { Panel } from "./panel.js";

const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      panels.get(target).start();
    }
  },
  { rootMargin: "400px" },
);

const panels = new Map();
for (const root of document.querySelectorAll("[data-panel]")) {
  panels.set(root, new Panel(root));
  near.observe(root);
}

/** The full page of an embedded panel opens in the state that is on screen. */
for (const link of document.querySelectorAll("[data-open-full]")) {
  for (const kind of ["pointerdown", "focus", "click"]) {
    link.addEventListener(kind, () => { link.search = location.search; });
  }
}
