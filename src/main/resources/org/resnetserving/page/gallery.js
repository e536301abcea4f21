// Several pictures: their answers as cards, sorted, and as files.
import {$, download, el, noPreview, percent} from './dom.js';
import {seconds} from './answer.js';

const top = (picture, model) => picture.jobs.get(model)?.result?.body.predictions[0];
const sureness = (picture, model) => { const best = top(picture, model); return best ? best.probability ?? best.value : null; };

/** Draws what changed of the cards; pictures that are not in the list lose theirs. */
export function draw(pictures, model, current, select) {
  $('gallery').hidden = pictures.length < 2;
  if (pictures.length < 2) return;
  const jobs = pictures.map((picture) => picture.jobs.get(model)?.state);
  const ended = jobs.filter((state) => state === 'done' || state === 'failed').length;
  const failed = jobs.filter((state) => state === 'failed').length;
  $('progress').max = pictures.length;
  $('progress').value = ended;
  $('progress').classList.toggle('finished', ended === pictures.length);
  $('gallery-count').textContent = `${ended} of ${pictures.length} answered${failed ? `, ${failed} failed` : ''}`;
  $('csv').disabled = $('json').disabled = !ended;
  const focused = document.activeElement?.dataset?.picture;
  $('cards').replaceChildren(...sorted(pictures, model).map((picture) => thumb(picture, model, picture === current, select)));
  if (focused) $('cards').querySelector(`[data-picture="${focused}"]`)?.focus();
}

function thumb(picture, model, pressed, select) {
  const job = picture.jobs.get(model);
  const best = top(picture, model);
  const words = {
    done: () => [el('span', {className: 'name'}, best?.label ?? 'No label'), el('span', {className: 'share'}, best?.probability === undefined ? '' : percent(best.probability))],
    failed: () => [el('span', {className: 'name bad'}, job.problem.title)],
    held: () => [el('span', {className: 'name'}, 'Again in ', el('span', {className: 'countdown', 'data-until': job.until}, seconds(job.until)))],
    running: () => [el('span', {className: 'name muted'}, 'Looking…')],
  }[job?.state] ?? (() => [el('span', {className: 'name muted'}, 'Waiting…')]);
  return el('li', {}, el('button', {type: 'button', className: 'card', 'data-picture': String(picture.id), 'aria-pressed': String(pressed), title: picture.name, on: {click: () => select(picture)}},
    el('img', {src: picture.url, alt: picture.name, loading: 'lazy', decoding: 'async', on: {error: noPreview}}), ...words()));
}

function sorted(pictures, model) {
  const by = {
    label: (a, b) => (top(a, model)?.label ?? '\uffff').localeCompare(top(b, model)?.label ?? '\uffff'),
    sure: (a, b) => (sureness(b, model) ?? -1) - (sureness(a, model) ?? -1),
    unsure: (a, b) => (sureness(a, model) ?? 2) - (sureness(b, model) ?? 2),
    name: (a, b) => a.name.localeCompare(b.name, undefined, {numeric: true}),
  }[$('sort').value];
  return by ? [...pictures].sort(by) : pictures;
}

/** One row for each picture: the file, the outcome, and five labels with their probabilities. */
export function csv(pictures, model) {
  const cell = (value) => {
    const text = String(value ?? '');
    const safe = /^[=+\-@\t\r]/.test(text) && typeof value !== 'number' ? `'${text}` : text; // Else a spreadsheet takes it for a formula.
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  const head = ['file', 'model', 'outcome', ...[1, 2, 3, 4, 5].flatMap((n) => [`label_${n}`, `probability_${n}`])];
  const rows = sorted(pictures, model).map((picture) => {
    const job = picture.jobs.get(model);
    const labels = job?.result?.body.predictions ?? [];
    const outcome = {done: 'ok', failed: job?.problem?.slug || job?.problem?.title}[job?.state] ?? job?.state ?? 'waiting'; // As the metrics have it.
    return [picture.name, model, outcome,
      ...[0, 1, 2, 3, 4].flatMap((n) => [labels[n]?.label, labels[n]?.probability ?? labels[n]?.value])];
  });
  download('classified.csv', 'text/csv', [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n');
}

export function json(pictures, model) {
  const rows = sorted(pictures, model).map((picture) => {
    const job = picture.jobs.get(model);
    return {file: picture.name, ...(job?.result ? job.result.body : {model, problem: job?.problem?.document ?? job?.problem?.title ?? null})};
  });
  download('classified.json', 'application/json', JSON.stringify(rows, null, 2));
}
