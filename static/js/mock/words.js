// What the page came with (#mock-data): the mock, its rule, its words. And what this browser keeps of it.

const data = JSON.parse(document.getElementById("mock-data").textContent);

export const { id, lang, rule, current, started, ends } = data;
/** Milliseconds that the server's clock is ahead of this one. */
export const ahead = Date.parse(data.now) - Date.now();
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** A word of the interface with its {blanks} filled. */
export const say = (key, values = {}) => data.words[key].replace(/\{(\w+)\}/g, (blank, name) => String(values[name] ?? blank));

/** The server's time now. */
export const now = () => new Date(Date.now() + ahead);

const live = document.querySelector("[data-live]");
/** Said to those who do not see the page. @param {string} text */
export const announce = (text) => { live.textContent = text; };
