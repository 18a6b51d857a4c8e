// The import page: dropping or choosing a file shows its preview at once. Without a script one presses the button.
const form = document.querySelector(".notes-form");
const file = form.querySelector("[data-file]");
const preview = form.querySelector("[data-preview]");

const elsewhere = document.querySelector("[data-elsewhere]");

/** Shows the preview of the chosen file; a package of Anki's is not sent: it may be large, and belongs elsewhere. */
function look() {
  if (!file.files.length) return;
  elsewhere.hidden = !/\.(apkg|colpkg)$/i.test(file.files[0].name);
  if (elsewhere.hidden) form.requestSubmit(preview);
  else { file.value = ""; elsewhere.scrollIntoView({ block: "nearest" }); }
}

file.addEventListener("change", look);

form.addEventListener("dragover", (event) => {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  form.classList.add("dropping");
});
form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("dropping"); });
form.addEventListener("drop", (event) => {
  form.classList.remove("dropping");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  file.files = event.dataTransfer.files;
  look();
});

document.getElementById("found")?.focus({ preventScroll: true });
