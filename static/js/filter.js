// The filter of the cards page: hides the cards without the typed words, in either language, and keeps ?q= in the address.

const form = document.querySelector("[data-filter]");
const field = form.querySelector("[data-search]");
const shown = form.querySelector("[data-shown]");
const cards = [...document.querySelectorAll("[data-card]")];
const topics = [...document.querySelectorAll("[data-topic]")];
const nothing = document.querySelector("[data-nothing]");

function filter() {
  const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const card of cards) {
    card.hidden = !wanted.every((word) => card.dataset.words.includes(word));
    found += card.hidden ? 0 : 1;
  }
  for (const topic of topics) topic.hidden = !topic.querySelector("[data-card]:not([hidden])");
  nothing.hidden = found > 0;
  shown.textContent = form.dataset.count.replace("{n}", String(found));
  const address = new URL(location.href);
  if (wanted.length) address.searchParams.set("q", field.value.trim());
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
}

field.addEventListener("input", filter);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !field.value) return;
  event.preventDefault();
  field.value = "";
  filter();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  filter();
  document.querySelector("[data-card]:not([hidden]) h3 a")?.focus();
});
nothing.querySelector("[data-clear]").addEventListener("click", (event) => {
  event.preventDefault();
  field.value = "";
  filter();
  field.focus();
});
