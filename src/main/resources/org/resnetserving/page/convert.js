// Pictures that this browser reads and the service does not (HEIC in Safari, AVIF, SVG) become JPEGs here.
import {el} from './dom.js';

const LONGEST = 4096;

/** A JPEG of the same picture, upright and on white; null where the browser cannot read it either. */
export async function toJpeg(picture) {
  const image = el('img', {src: picture.url});
  try {
    await image.decode();
  } catch {
    return null;
  }
  const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight, 1));
  const canvas = el('canvas', {width: Math.max(1, Math.round(image.naturalWidth * scale)), height: Math.max(1, Math.round(image.naturalHeight * scale))});
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95));
}

/** What the picture is, by its first bytes or the name that the system gave it. */
export async function format(blob) {
  const head = String.fromCharCode(...new Uint8Array(await blob.slice(0, 32).arrayBuffer()));
  if (head.slice(4, 8) === 'ftyp') return /avi[fs]/.test(head.slice(8)) ? 'AVIF' : 'HEIC';
  return /svg/.test(blob.type) ? 'SVG' : 'format';
}
