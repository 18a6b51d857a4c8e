/** Third-party scripts, fetched when they are first needed; one that failed can be asked for again. */

const loading = new Map();

export function script(address) {
  const key = String(address);
  if (!loading.has(key)) {
    const promise = new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement("script"), { src: key });
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
