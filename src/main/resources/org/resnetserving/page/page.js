// The page: which pictures there are, which is looked at, by which models; and which of the two views is shown.
import * as api from './api.js';
import {card, facts, seconds} from './answer.js';
import {$, announce, el, noPreview, percent} from './dom.js';
import * as gallery from './gallery.js';
import {listen} from './inputs.js';
import * as key from './key.js';
import * as jobs from './jobs.js';
import * as overlay from './overlay.js';
import * as status from './status.js';

const MOST = 500;

let models = [];
let pictures = [];
let current = null;
let count = 0;
let drawing = 0;

const chosen = () => [$('model').value, $('other').value].filter((name, at, all) => name && all.indexOf(name) === at);
const described = (name) => models.find((model) => model.name === name) ?? {name, state: 'unknown'};

/** Pictures that came; the first of them is looked at. */
function take(files, why) {
  notice(why ?? (files.length + pictures.length > MOST ? `The page keeps ${MOST} pictures at most; the rest were left out.` : null));
  const added = files.slice(0, MOST - pictures.length).map((file) => ({
    id: ++count, name: file.name || 'picture', blob: file, url: URL.createObjectURL(file), note: '', converted: false, jobs: new Map(),
  }));
  if (!added.length) return;
  pictures.push(...added);
  key.again();
  missing();
  select(added[0]);
  added.forEach((picture) => request(picture));
}

function notice(text) {
  $('notice').textContent = text ?? '';
  $('notice').hidden = !text;
}

/** Asks about a picture: the first model about all of them, the second about the one that is looked at. */
function request(picture, first = false) {
  const [name, other] = chosen();
  if (name) jobs.ask(picture, name, changed, first);
  if (other && picture === current) jobs.ask(picture, other, changed, first);
}

function changed(job) {
  if (job.picture === current) {
    if (chosen().includes(job.model)) slot(job.model);
    $('picture-name').textContent = current.name;
    $('picture-note').textContent = current.note;
    if (job.state === 'done') told(job);
    if (job.state === 'failed') announce(`${job.problem.title}. ${job.problem.detail}`);
  }
  later();
}

function told(job) {
  const [best] = job.result.body.predictions;
  announce(best ? `${described(job.model).title ?? job.model}: ${best.label}${best.probability === undefined ? '' : `, ${percent(best.probability)}`}` : 'No label');
  if ($('overlay-on').checked && best && job.model === chosen()[0]) overlay.show(current, job.model, best);
}

/** Cards are drawn once a frame, however many answers came. */
function later() {
  drawing ||= requestAnimationFrame(() => { drawing = 0; gallery.draw(pictures, chosen()[0], current, select); });
}

function select(picture) {
  current = picture;
  overlay.hide();
  $('drop').classList.add('small');
  $('bench').hidden = false;
  $('picture').classList.remove('broken');
  $('picture').src = picture.url;
  $('picture').alt = picture.name;
  $('picture-name').textContent = picture.name;
  $('picture-note').textContent = picture.note;
  answers();
  const job = picture.jobs.get(chosen()[0]);
  if (job?.state === 'done') told(job);
  later();
}

/** One slot for each chosen model. */
function answers() {
  if (!current) return;
  const names = chosen();
  $('answers').replaceChildren(...names.map((name) => el('div', {className: 'slot', 'data-model': name})));
  $('answers').classList.toggle('two', names.length > 1);
  $('bench').classList.toggle('wide', names.length > 1);
  request(current, true);
  names.forEach(slot);
}

function slot(name) {
  const at = [...$('answers').children].find((child) => child.dataset.model === name);
  const job = current?.jobs.get(name);
  if (!at || !job) return;
  const opened = [...at.querySelectorAll('details')].map((details) => details.open);
  at.replaceChildren(card(described(name), job, {
    look: (label) => { if ($('overlay-on').checked) overlay.show(current, name, label); },
    keep: (label) => { $('overlay-on').checked = true; overlay.show(current, name, label); },
    again: () => { current.converted = false; jobs.ask(current, name, changed, true); },
    now: () => jobs.now(job),
  }));
  at.querySelectorAll('details').forEach((details, n) => { details.open = opened[n] ?? false; });
}

async function loadModels() {
  try {
    models = await api.models();
  } catch (e) {
    notice(`${e.title ?? 'The page failed'}. ${e.detail ?? e}`);
    return;
  }
  const [name, other] = [$('model').value, $('other').value];
  const options = () => models.map((model) => el('option', {value: model.name}, `${model.title ?? model.name}${model.state === 'ready' ? '' : ` (${model.state})`}`));
  $('model').replaceChildren(...options());
  $('other').replaceChildren(el('option', {value: ''}, 'nothing'), ...options());
  $('model').value = models.some((model) => model.name === name) ? name : models.find((model) => model.default)?.name ?? models[0]?.name ?? '';
  $('other').value = models.some((model) => model.name === other) ? other : '';
  $('other').closest('label').hidden = models.length < 2;
  const model = described($('model').value);
  $('serving').replaceChildren(el('span', {}, model.title ?? model.name), ...facts(model).children);
  $('serving').hidden = !models.length;
}

/** Asks for the models again where the reader had no key for them, and then about the pictures. */
async function missing() {
  if (models.length) return;
  await loadModels();
  if (models.length) notice(null);
  if (current) turn();
}

function turn() {
  overlay.hide();
  answers();
  pictures.forEach((picture) => request(picture));
  const job = current?.jobs.get(chosen()[0]);
  if (job?.state === 'done') told(job);
  later();
}

function clear() {
  jobs.forget(pictures);
  pictures.forEach((picture) => URL.revokeObjectURL(picture.url));
  pictures = [];
  current = null;
  overlay.hide();
  $('bench').hidden = $('gallery').hidden = true;
  $('drop').classList.remove('small');
  $('choose').focus();
  announce('Cleared');
}

function view() {
  const isStatus = location.hash === '#status';
  $('classify').hidden = isStatus;
  $('status').hidden = !isStatus;
  $('to-classify').toggleAttribute('aria-current', !isStatus);
  $('to-status').toggleAttribute('aria-current', isStatus);
  (isStatus ? $('to-status') : $('to-classify')).setAttribute('aria-current', 'page');
  document.title = isStatus ? 'Status - ResNet Serving' : 'ResNet Serving';
  status.watch(isStatus);
}

listen(take);
$('picture').addEventListener('error', noPreview);
document.querySelectorAll('.example').forEach((button) => button.addEventListener('click', async () => {
  const blob = await api.example(button.querySelector('img').src);
  take([new File([blob], button.dataset.name, {type: blob.type})]);
}));
$('model').addEventListener('change', turn);
$('other').addEventListener('change', turn);
$('overlay-on').addEventListener('change', () => {
  const job = current?.jobs.get(chosen()[0]);
  if (!$('overlay-on').checked) overlay.hide();
  else if (job?.state === 'done') told(job);
});
$('sort').addEventListener('change', later);
$('csv').addEventListener('click', () => gallery.csv(pictures, chosen()[0]));
$('json').addEventListener('click', () => gallery.json(pictures, chosen()[0]));
$('clear').addEventListener('click', clear);
addEventListener('hashchange', () => { key.again(); view(); missing(); });
setInterval(() => document.querySelectorAll('.countdown').forEach((span) => { span.textContent = seconds(Number(span.dataset.until)); }), 250);
setInterval(async () => {
  if (document.hidden || models.every((model) => model.state === 'ready')) return;
  await loadModels();
  chosen().forEach(slot);
}, 3000);
view();
await loadModels();
if (current) turn();
