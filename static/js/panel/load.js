/** Third-party scripts and styles, fetched when they are first needed. */

const loading = new Map();

function once(address, make) {
  const key = String(address);
  if (!loading.has(key)) {
    const promise = new Promise((resolve, reject) => {
      const element = make(key);
      element.onload = resolve;
      element.onerror = () => {
        loading.delete(key);
        element.remove();
        reject(new Error(key));
      };
      document.head.append(element);
    });
    loading.set(key, promise);
  }
  return loading.get(key);
}

export function script(address) {
  return once(address, (src) => Object.assign(document.createElement("script"), { src }));
}

export function style(address) {
  return once(address, (href) => Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}
