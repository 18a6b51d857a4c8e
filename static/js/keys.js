// The keyboard on every page: ? help, / search, j and k through a list ([data-move]), Esc out of a field.

/** True where letters are text: nothing may be taken from somebody who types. @param {EventTarget | null} target */
export function typing(target) {
  return target instanceof Element && Boolean(target.closest("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]"));
}

/** True for a key pressed alone (Shift aside: it belongs to ? itself). @param {KeyboardEvent} event */
export function plain(event) {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !event.defaultPrevented;
}

/** @param {Document} page @param {(() => void) | null} search opens the palette, where the page has one */
export function setUpKeys(page, search = null) {
  const help = page.querySelector("[data-keys]");
  const show = () => { if (help && !help.open) help.showModal(); };
  page.querySelector("[data-keys-open]")?.addEventListener("click", show);
  help?.addEventListener("click", (event) => { if (event.target === help) help.close(); });

  page.addEventListener("keydown", (event) => {
    if (!plain(event) || page.querySelector("dialog[open]")) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "?") show();
    else if (event.key === "/") {
      const field = page.querySelector("[data-search]");
      if (field) {
        field.focus();
        field.select();
      } else if (search) search();
      else return;
    } else if (event.key === "j" || event.key === "k") {
      if (!move(page, event.key === "j" ? 1 : -1)) return;
    } else return;
    event.preventDefault();
  });
}

/** Focus to the next or previous link of the page's lists. @returns {boolean} whether there is any */
function move(page, step) {
  const links = [...page.querySelectorAll("[data-move] li a")].filter((link) => link.offsetParent && !link.closest(".runs"));
  if (!links.length) return false;
  const now = links.indexOf(page.activeElement);
  const next = now < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + step, 0), links.length - 1);
  links[next].focus();
  return true;
}
