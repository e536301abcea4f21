// The map of a class, faded in over the picture.
import * as api from './api.js';
import {$, percent} from './dom.js';

const PAUSE = 120;
const KEPT = 60;

const maps = new Map();
let wanted = null;
let timer = 0;

/** Shows the map of a label soon, unless another is wanted by then. */
export function show(picture, model, label) {
  wanted = `${picture.id} ${model} ${label.index}`;
  clearTimeout(timer);
  timer = setTimeout(() => load(wanted, picture, model, label), maps.has(wanted) ? 0 : PAUSE);
}

export function hide() {
  wanted = null;
  clearTimeout(timer);
  $('overlay').classList.remove('shown');
  $('overlay-of').textContent = '';
  mark(null);
}

async function load(key, picture, model, label) {
  try {
    if (!maps.has(key)) {
      $('overlay-of').textContent = `Looking for “${label.label}”…`;
      const url = await api.explain(model, picture, label.index);
      maps.set(key, url);
      for (const old of [...maps.keys()].slice(0, Math.max(0, maps.size - KEPT))) {
        URL.revokeObjectURL(maps.get(old));
        maps.delete(old);
      }
    }
    if (wanted !== key) return;
    const overlay = $('overlay');
    overlay.src = maps.get(key);
    await overlay.decode();
    if (wanted !== key) return;
    overlay.hidden = false;
    overlay.alt = `Where ${model} looked for ${label.label}`;
    requestAnimationFrame(() => requestAnimationFrame(() => { if (wanted === key) overlay.classList.add('shown'); }));
    $('overlay-of').textContent = `“${label.label}”${label.probability === undefined ? '' : `, ${percent(label.probability)}`}: bright parts count most. The map covers what the model saw.`;
    mark(model, label.index);
  } catch (e) {
    if (wanted !== key) return;
    $('overlay').classList.remove('shown');
    $('overlay-of').textContent = e.slug === 'path-unknown' ? 'This service draws no maps.' : e.detail || 'The map could not be drawn.';
  }
}

function mark(model, index) {
  document.querySelectorAll('.label').forEach((button) => {
    button.classList.toggle('mapped', button.closest('.slot').dataset.model === model && button.dataset.index === String(index));
  });
}
