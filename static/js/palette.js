// Ctrl/⌘-K: one box over questions, demos, pages and actions. A combobox over a listbox (ARIA APG); the server ranks, as
// it does for the search page: one answer takes it a few milliseconds, and what was typed before is kept.

const KEPT = 60;

/** @param {Document} page @returns {(() => void) | null} opens it */
export function setUpPalette(page) {
  const dialog = page.querySelector("[data-palette]");
  if (!dialog) return null;
  const [field, list, note] = ["input", "ul", ".palette-note"].map((part) => dialog.querySelector(part));
  const kinds = JSON.parse(dialog.dataset.kinds), lang = page.documentElement.dataset.lang;
  const kept = new Map();
  let asked = null, shown = [], at = -1;

  /** The results for a query, from the server or from before. */
  async function find(query) {
    if (kept.has(query)) return kept.get(query);
    asked?.abort();
    asked = new AbortController();
    const address = `/api/search?${new URLSearchParams({ q: query, lang, limit: "12" })}`;
    const answer = await fetch(address, { signal: asked.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const { results } = await answer.json();
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
    kept.set(query, results);
    return results;
  }

  async function update() {
    const query = field.value.trim();
    try {
      const results = await find(query);
      if (query === field.value.trim()) draw(results);
    } catch (error) {
      if (error.name === "AbortError") return;
      draw([]);
      note.textContent = dialog.dataset.failed;
    }
  }

  function draw(results) {
    shown = results;
    list.replaceChildren(...results.map(option));
    list.scrollTop = 0;
    field.setAttribute("aria-expanded", String(results.length > 0));
    note.textContent = results.length ? dialog.dataset.count.replace("{n}", String(results.length)) : dialog.dataset.nothing;
    choose(results.length ? 0 : -1);
  }

  function option(result, number) {
    const row = page.createElement("li");
    row.id = `palette-${number}`;
    row.setAttribute("role", "option");
    const title = page.createElement("b"), kind = page.createElement("small"), about = page.createElement("span");
    title.append(...pieces(result.title));
    kind.textContent = kinds[result.kind];
    about.className = "about";
    if (result.excerpt_lang !== lang) about.lang = result.excerpt_lang === "zh" ? "zh-CN" : "en-GB";
    about.append(...pieces(result.excerpt));
    row.append(title, kind, about);
    return row;
  }

  function pieces(parts) {
    return parts.map(({ text, hit }) => {
      if (!hit) return text;
      const mark = page.createElement("mark");
      mark.textContent = text;
      return mark;
    });
  }

  function choose(number) {
    at = number;
    [...list.children].forEach((row, n) => row.setAttribute("aria-selected", String(n === at)));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", `palette-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  /** Opens what is chosen; with nothing to choose, the search page, which says what to try. */
  function go(elsewhere) {
    const result = shown[at];
    if (result?.act) {
      dialog.close();
      act(page, result.act);
      return;
    }
    const address = result?.href ?? `${dialog.dataset.searchPage}?${new URLSearchParams({ q: field.value.trim() })}`;
    if (elsewhere) {
      window.open(address, "_blank", "noopener");
      return;
    }
    dialog.close();
    location.assign(address);
  }

  function open() {
    if (page.querySelector("dialog[open]")) return;
    field.value = "";
    dialog.showModal();
    field.focus();
    update();
  }

  field.addEventListener("input", (event) => { if (!event.isComposing) update(); });  // pinyin being typed is no query yet
  field.addEventListener("compositionend", update);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = shown.length - 1;
    if (event.key === "ArrowDown") choose(at < last ? at + 1 : Math.min(0, last));
    else if (event.key === "ArrowUp") choose(at > 0 ? at - 1 : last);
    else if (event.key === "PageDown") choose(Math.min(at + 6, last));
    else if (event.key === "PageUp") choose(Math.max(at - 6, Math.min(0, last)));
    else if (event.key === "Enter") go(event.ctrlKey || event.metaKey);
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());  // the field keeps the focus
  list.addEventListener("click", (event) => {
    const row = event.target.closest("li");
    if (!row) return;
    choose([...list.children].indexOf(row));
    go(event.ctrlKey || event.metaKey);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  page.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  for (const opener of page.querySelectorAll("[data-palette-open]")) {
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || location.pathname.endsWith("/search")) return;
      event.preventDefault();
      open();
    });
  }
  for (const button of page.querySelectorAll("[data-act]")) button.addEventListener("click", () => act(page, button.dataset.act));
  return open;
}

/** What the header's own buttons do. */
function act(page, name) {
  if (name === "theme") page.querySelector("[data-theme-toggle]")?.click();
  if (name === "language") page.querySelector("[data-language]")?.click();
}
