// The theme button: follows the system until pressed, then light ↔ dark. Figures listen for "themechange" on document.

/** @returns {"light" | "dark"} what the page shows now */
export function theme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** @param {HTMLButtonElement | null} button */
export function setUpTheme(button) {
  const changed = () => document.dispatchEvent(new CustomEvent("themechange", { detail: theme() }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  if (!button) return;
  button.hidden = false;
  const show = () => button.setAttribute("aria-pressed", String(theme() === "dark"));
  show();
  button.addEventListener("click", () => {
    const next = theme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* the choice then lasts for this page */ }
    show();
    changed();
  });
}
