/**
 * A picture of the reader's, as a control. The file is opened here and stays here: its central square, shrunk to
 * 32 × 32 pixels in 16 greys, is packed into a short text, which is the form's field. Mirrors app/kit/picture.py.
 */

const SIDE = 32;
const LEVELS = 16;
const LENGTH = 683;
const LARGEST = 8 * 2 ** 20; // bytes

/**
 * @param {HTMLElement} box one .knob
 * @param {{say: Function}} words
 * @param {{changed: () => void, complain: (message: string) => void}} on
 */
export function makePicture(box, words, on) {
  const [field, file, seen, remove, label] = ["packed", "file", "seen", "remove", "choose"].map((name) => box.querySelector(`[data-${name}]`));
  let latest = 0;
  file.addEventListener("input", (event) => event.stopPropagation()); // the field has not changed yet
  file.addEventListener("change", choose);
  remove.addEventListener("click", () => {
    put("");
    file.focus();
  });

  async function choose(event) {
    event.stopPropagation();
    const [chosen] = file.files;
    file.value = ""; // so that choosing the same file again is a change again
    if (!chosen) return;
    const mine = ++latest;
    try {
      const text = await pack(chosen);
      if (mine === latest) put(text);
    } catch (error) {
      if (mine === latest) on.complain(words.say(error instanceof RangeError ? "picture_too_large" : "picture_not_image"));
    }
  }

  function put(text) {
    latest += 1;
    field.value = text;
    read();
    on.changed();
  }

  /** Shows what the field holds. */
  function read() {
    const there = field.value.length === LENGTH;
    seen.hidden = !there;
    remove.hidden = !there;
    label.textContent = words.say(there ? "picture_other" : "picture_choose");
    if (there) seen.getContext("2d").putImageData(unpack(field.value), 0, 0);
  }

  read();
  return { read };
}

/** The packed text of an image file. Throws RangeError when the file is too large, something else when it is no image. */
async function pack(file) {
  if (file.size > LARGEST) throw new RangeError("too large");
  if (file.type && !file.type.startsWith("image/")) throw new TypeError("no image");
  const bitmap = await createImageBitmap(file);
  const rgba = shrink(bitmap).getImageData(0, 0, SIDE, SIDE).data;
  bitmap.close();
  const levels = Array.from({ length: SIDE * SIDE }, (_, i) => {
    const grey = 0.2126 * rgba[4 * i] + 0.7152 * rgba[4 * i + 1] + 0.0722 * rgba[4 * i + 2];
    return Math.round((grey / 255) * (LEVELS - 1));
  });
  const bytes = Array.from({ length: levels.length / 2 }, (_, i) => String.fromCharCode((levels[2 * i] << 4) | levels[2 * i + 1]));
  return btoa(bytes.join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The central square of a picture on white paper, halved until it is small: every pixel of it counts. */
function shrink(bitmap) {
  let side = Math.min(bitmap.width, bitmap.height);
  let from = [bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side];
  for (;;) {
    const next = Math.max(SIDE, Math.min(2048, Math.ceil(side / 2)));
    const [picture, x, y, of] = from;
    const canvas = Object.assign(document.createElement("canvas"), { width: next, height: next });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, next, next);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, x, y, of, of, 0, 0, next, next);
    if (next === SIDE) return pen;
    side = next;
    from = [canvas, 0, 0, next];
  }
}

function unpack(text) {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i += 1) {
    const pair = bytes.charCodeAt(i >> 1);
    const grey = ((i % 2 ? pair & 15 : pair >> 4) * 255) / (LEVELS - 1);
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  return image;
}
