// The filters of the cards page: while one types or chooses, the server's list for that address takes the place of this one.

const form = document.querySelector("[data-filter]");
const field = form.querySelector("[data-search]");
let asked = null;

/** The address of what the form says, without what it leaves open. */
function address() {
  const said = new URLSearchParams([...new FormData(form)].filter(([, value]) => String(value).trim()));
  return `${location.pathname}${said.size ? `?${said}` : ""}`;
}

async function filter() {
  const target = address();
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(target, { signal: asked.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("[data-found]").replaceWith(page.querySelector("[data-found]"));
    history.replaceState(null, "", target);
    const { typeset } = await import("./math.js");
    typeset(document.querySelector("[data-found]"));
  } catch (error) {
    if (error.name !== "AbortError") location.assign(target);  // the browser says what is wrong
  }
}

form.addEventListener("input", (event) => { if (!event.isComposing) filter(); });
form.addEventListener("compositionend", filter);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await filter();
  document.querySelector("[data-card] h3 a")?.focus();
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !field.value) return;
  event.preventDefault();
  field.value = "";
  filter();
});
