// The import page: dropping or choosing a file shows its preview at once. Without a script one presses the button.
const form = document.querySelector(".notes-form");
const file = form.querySelector("[data-file]");
const preview = form.querySelector("[data-preview]");

file.addEventListener("change", () => { if (file.files.length) form.requestSubmit(preview); });

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
  form.requestSubmit(preview);
});

document.getElementById("found")?.focus({ preventScroll: true });
