// How the service is: asked every two seconds, only while somebody looks.
import * as api from './api.js';
import {$, bytes, el, millis} from './dom.js';

const EVERY = 2000;
const KEPT = 31; // A minute of answers.
const SVG = 'http://www.w3.org/2000/svg';

let timer = 0;
let watched = false;
let history = [];

export function watch(on) {
  watched = on;
  clearTimeout(timer);
  if (on) tick();
}

document.addEventListener('visibilitychange', () => { if (watched && !document.hidden) { clearTimeout(timer); tick(); } });

async function tick() {
  try {
    const now = await api.status();
    if (history.length && now.uptime_seconds < history.at(-1).uptime_seconds) history = []; // It was started again.
    if (now.uptime_seconds !== history.at(-1)?.uptime_seconds) history.push(now);
    history = history.slice(-KEPT);
    $('status-problem').hidden = true;
    draw(now);
  } catch (e) {
    $('status-problem').textContent = `${e.title ?? 'The page failed'}. ${e.detail ?? e}`;
    $('status-problem').hidden = false;
  }
  clearTimeout(timer);
  if (watched && !document.hidden) timer = setTimeout(tick, EVERY);
}

const total = (model) => Object.values(model.requests).reduce((sum, n) => sum + n, 0);
const refused = (model) => total(model) - (model.requests.ok ?? 0);
const at = (status, name) => status.models.find((model) => model.name === name);

/** Of the last ten seconds. */
function rate(of) {
  const end = history.at(-1);
  const start = history[Math.max(0, history.length - 6)];
  const seconds = end.uptime_seconds - start.uptime_seconds;
  return seconds > 0 ? Math.max(0, of(end) - of(start)) / seconds : 0;
}

const perSecond = (value) => `${value >= 10 || value === 0 ? Math.round(value) : value.toFixed(1)} /s`;

/** Between the bounds of its bucket, as Prometheus does it; null where nothing was answered of late. */
function quantile(share, counts, bounds) {
  const rank = share * (counts.at(-1) ?? 0);
  if (!rank) return null;
  const n = counts.findIndex((count) => count >= rank);
  const [below, low] = n ? [counts[n - 1], bounds[n - 1]] : [0, 0];
  return low + (bounds[n] - low) * (rank - below) / (counts[n] - below);
}

function draw(now) {
  const sum = (of) => (status) => status.models.reduce((all, model) => all + of(model), 0);
  const {memory} = now;
  $('totals').replaceChildren(
    tile('Requests', perSecond(rate(sum(total))), spark(history.slice(1).map((status, n) => slope(history[n], status, sum(total))))),
    tile('Refused or failed', perSecond(rate(sum(refused))), spark(history.slice(1).map((status, n) => slope(history[n], status, sum(refused))))),
    tile('Waiting, running', `${sum((model) => model.queued)(now)} / ${sum((model) => model.running)(now)}`, spark(history.map(sum((model) => model.queued + model.running)))),
    memory.resident || memory.used ? tile('Memory', bytes(memory.used ?? memory.resident), memory.limit ? meter(memory.used ?? memory.resident, memory.limit, `of ${bytes(memory.limit)}`) : null) : null,
  );
  const opened = new Set([...$('models').querySelectorAll('details[open]')].map((details) => details.dataset.model));
  $('models').replaceChildren(...now.models.map((model) => describe(model, now, opened.has(model.name))));
}

const slope = (before, after, of) => Math.max(0, of(after) - of(before)) / Math.max(0.1, after.uptime_seconds - before.uptime_seconds);

function tile(name, value, more) {
  return el('div', {className: 'tile'}, el('dt', {}, name), el('dd', {}, el('span', {className: 'value'}, value), more));
}

function meter(value, max, text) {
  return el('span', {className: 'meter'}, el('progress', {max, value, 'aria-label': text}), el('span', {className: 'muted'}, text));
}

function spark(values) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 60 20');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('class', 'spark');
  svg.setAttribute('aria-hidden', 'true');
  const most = Math.max(...values, 1);
  const line = document.createElementNS(SVG, 'polyline');
  line.setAttribute('points', values.map((value, n) => `${(60 - 2 * (values.length - 1 - n)).toFixed(1)},${(19 - 18 * value / most).toFixed(1)}`).join(' '));
  svg.append(line);
  return svg;
}

function describe(model, now, open) {
  const share = /\((\d+) %\)/.exec(model.reason ?? '');
  const batches = at(history[0], model.name);
  const fresh = batches && model.batches > batches.batches;
  const mean = (model.pictures - (fresh ? batches.pictures : 0)) / Math.max(1, model.batches - (fresh ? batches.batches : 0));
  const quantiles = [0.5, 0.99].map((q) => quantile(q, model.durations, now.bounds_ms));
  const problems = Object.entries(model.requests).filter(([outcome]) => outcome !== 'ok').sort((a, b) => b[1] - a[1]);
  const fact = (name, value) => el('div', {}, el('dt', {}, name), el('dd', {}, value));
  return el('article', {className: 'model', 'aria-label': model.name},
    el('header', {}, el('h2', {}, model.name), el('span', {className: `state ${model.state}`}, model.state)),
    model.reason ? el('p', {className: model.state === 'failed' ? 'bad' : 'muted'}, model.reason) : null,
    model.state === 'downloading' ? el('progress', {'aria-label': 'Download', ...(share ? {max: 100, value: Number(share[1])} : {})}) : null,
    el('dl', {className: 'facts-grid'},
      fact('Requests', perSecond(rate((status) => total(at(status, model.name) ?? model)))),
      fact('Refused or failed', perSecond(rate((status) => refused(at(status, model.name) ?? model)))),
      fact('Half within', quantiles[0] === null ? '–' : millis(quantiles[0])),
      fact('99 % within', quantiles[1] === null ? '–' : millis(quantiles[1])),
      fact('Waiting', String(model.queued)), fact('Running', String(model.running)),
      fact('Pictures a batch', model.batches ? mean.toFixed(1) : '–'),
      fact('Answered', (model.requests.ok ?? 0).toLocaleString('en'))),
    model.precision ? el('details', {open, 'data-model': model.name},
      el('summary', {}, `Runs ${model.program ?? 'a program'} in ${model.precision}`), el('p', {className: 'muted'}, model.why ?? 'The program came with the model.')) : null,
    problems.length ? el('p', {className: 'muted'}, `Since the start: ${problems.map(([outcome, n]) => `${n.toLocaleString('en')} ${outcome}`).join(', ')}.`) : null);
}
