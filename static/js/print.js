// A button that prints the page, once every picture on it is there.

const button = document.querySelector("[data-print]");
button?.addEventListener("click", async () => {
  const pictures = [...document.images].map((image) => image.decode().catch(() => undefined));
  await Promise.all(pictures);
  window.print();
});
