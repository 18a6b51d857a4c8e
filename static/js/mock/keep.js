// What this browser keeps of a mock, by name; a browser that refuses storage keeps it as long as the page is open.

const memory = new Map();
const key = (mock, name) => `warmup.mock.${mock}.${name}`;

/** @param {string} mock @param {string} name @param {unknown} otherwise */
export function kept(mock, name, otherwise) {
  try {
    const found = localStorage.getItem(key(mock, name));
    return found === null ? memory.get(key(mock, name)) ?? otherwise : JSON.parse(found);
  } catch { return memory.get(key(mock, name)) ?? otherwise; }
}

/** Keeps a value; null forgets it. @param {string} mock @param {string} name @param {unknown} value */
export function keep(mock, name, value) {
  memory.set(key(mock, name), value ?? undefined);
  try {
    if (value === null) localStorage.removeItem(key(mock, name));
    else localStorage.setItem(key(mock, name), JSON.stringify(value));
  } catch { /* this page only */ }
}
