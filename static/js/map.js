// The topic map: looking at a card (hover or focus) brings out its prerequisites and what builds on it.

const map = document.querySelector("[data-map]");
const nodes = new Map([...map.querySelectorAll("[data-card]")].map((node) => [node.dataset.card, node]));
const edges = [...map.querySelectorAll(".edge")];

function look(card) {
  map.classList.toggle("looking", Boolean(card));
  const near = new Set();
  for (const edge of edges) {
    const touches = card && (edge.dataset.before === card || edge.dataset.after === card);
    edge.classList.toggle("near", Boolean(touches));
    if (touches) near.add(edge.dataset.before).add(edge.dataset.after);
  }
  for (const [slug, node] of nodes) {
    node.classList.toggle("here", slug === card);
    node.classList.toggle("near", slug !== card && near.has(slug));
  }
}

for (const [slug, node] of nodes) {
  node.addEventListener("pointerenter", () => look(slug));
  node.addEventListener("pointerleave", () => look(null));
  node.addEventListener("focus", () => look(slug));
  node.addEventListener("blur", () => look(null));
}
