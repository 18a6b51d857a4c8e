// Runs before first paint (a classic script in <head>): applies the reader's choice of light or dark.
try {
  const choice = localStorage.getItem("theme");
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
} catch { /* storage may be refused; the system's theme then stands */ }
