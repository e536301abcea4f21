// What a model says about a picture, as a card.
import * as api from './api.js';
import {el, millis, percent} from './dom.js';

/** WordNet's nouns that say too little to call a picture by: entity, physical entity, abstraction, object, whole, living thing, … */
const GENERAL = new Set(['n00001740', 'n00001930', 'n00002137', 'n00002684', 'n00003553', 'n00004258', 'n00004475', 'n00007347', 'n00019128', 'n00019613',
  'n00020090', 'n00020827', 'n00021939', 'n00022903', 'n00024264', 'n00027167', 'n00031921', 'n00033020', 'n03575240']);

const COLOURS = ['read', 'decode', 'queue', 'inference'];

/**
 * The card.
 *
 * @param model as the service describes it
 * @param job what was asked, see jobs.js
 * @param acts what the reader may do: look(label), keep(label), again(), now()
 */
export function card(model, job, acts) {
  const body = {waiting: loading, running: loading, held, failed, done}[job.state](job, acts);
  return el('article', {className: 'answer', 'aria-label': `Answer of ${model.title || model.name}`, 'aria-busy': String(job.state === 'running' || job.state === 'waiting')}, about(model), ...body);
}

function about(model) {
  return el('header', {},
    el('h2', {}, model.title || model.name),
    facts(model));
}

/** State, precision and how often it is right. */
export function facts(model) {
  const accuracy = model.accuracy ? `${model.accuracy.top1} % right on ${model.accuracy.dataset}` : null;
  return el('p', {className: 'muted facts'}, el('span', {className: `state ${model.state}`}, model.state),
    ...[model.precision, model.program && `${model.program.name} program`, accuracy].filter(Boolean).map((fact) => el('span', {}, fact)));
}

function loading(job) {
  const rows = [90, 64, 48, 40, 34].map((width) => { const row = el('li'); row.style.width = `${width}%`; return row; });
  return [el('p', {className: 'top-label quiet-label'}, job.state === 'waiting' ? 'Waiting…' : 'Looking…'), el('ul', {className: 'skeleton', 'aria-hidden': 'true'}, ...rows)];
}

function held(job, acts) {
  return [el('div', {className: 'problem soft'},
    el('p', {className: 'problem-title'}, job.problem.title),
    el('p', {}, job.problem.detail),
    el('p', {}, 'Asked again in ', el('strong', {className: 'countdown', 'data-until': job.until}, seconds(job.until)), '.'),
    el('p', {className: 'actions'}, el('button', {type: 'button', on: {click: acts.now}}, 'Ask now'))), ...more(job)];
}

export const seconds = (until) => `${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s`;

function failed(job, acts) {
  const {problem} = job;
  const todo = el('p', {hidden: true});
  api.remedy(problem.slug).then((text) => { if (text) { todo.textContent = text; todo.hidden = false; } }).catch(() => {});
  return [el('div', {className: 'problem', role: 'alert'},
    el('p', {className: 'problem-title'}, problem.title),
    el('p', {}, problem.detail), todo,
    el('p', {className: 'actions'}, el('button', {type: 'button', on: {click: acts.again}}, 'Try again'),
      problem.document && problem.slug ? el('a', {href: api.problemPage(problem.slug)}, 'About this problem') : null)), ...more(job)];
}

function done(job, acts) {
  const {predictions, rollup, unsure} = job.result.body;
  if (!predictions.length) return [el('p', {className: 'top-label'}, 'No label'), ...more(job)];
  const [top] = predictions;
  const rolled = rollup && rollup.wnid !== top.wnid && !GENERAL.has(rollup.wnid);
  const most = Math.max(...predictions.map(strength), 1e-9);
  return [
    unsure && !rolled ? el('p', {className: 'guess'}, 'Not sure. Best guess:') : null,
    el('p', {className: 'top-label'}, top.label, ' ', el('span', {className: 'top-share'}, said(top))),
    rolled ? sentence(top, rollup, unsure) : null,
    el('ol', {className: 'labels', 'aria-label': 'Labels, the most probable first'}, ...predictions.map((label) => row(label, most, acts))),
    timings(job.result), ...more(job)].filter(Boolean);
}

/** The answer in words, as fine as it is certain. */
function sentence(top, rollup, unsure) {
  return el('p', {className: 'rollup'}, el('strong', {}, article(rollup.label, 'A')), ` (${percent(rollup.probability)}), ${unsure ? 'perhaps' : 'probably'} ${article(top.label)}.`);
}

const strength = (label) => label.probability ?? Math.max(0, label.value ?? 0);
const said = (label) => (label.probability === undefined ? Number(label.value).toPrecision(4) : percent(label.probability));
const article = (label, a = 'a') => `${a}${/^[aeiou]/i.test(label) ? 'n' : ''} ${label}`;

/** A label is a button: to look at it shows its map while the overlay is on, to press it switches that on. */
function row(label, most, acts) {
  const fill = el('span', {className: 'fill'});
  fill.style.width = `${100 * strength(label) / (label.probability === undefined ? most : 1)}%`;
  return el('li', {}, el('button', {
    type: 'button', className: 'label', 'data-index': String(label.index), title: 'Show where the model looked for this label',
    on: {mouseenter: () => acts.look(label), focus: () => acts.look(label), click: () => acts.keep(label)},
  }, el('span', {className: 'name'}, label.label), el('span', {className: 'share'}, said(label)), el('span', {className: 'track', 'aria-hidden': 'true'}, fill)));
}

function timings({stages, elapsed}) {
  const parts = stages.filter(([name]) => name !== 'total');
  if (!parts.length) return null;
  const inside = parts.reduce((sum, [, value]) => sum + value, 0);
  const all = [...parts, ['network', Math.max(0, elapsed - inside)]];
  const bar = all.map(([name, value]) => {
    const part = el('span', {className: `part ${COLOURS.includes(name) ? name : 'network'}`});
    part.style.flexGrow = String(Math.max(value, 0.001));
    return part;
  });
  return el('div', {className: 'timings'},
    el('div', {className: 'parts', 'aria-hidden': 'true'}, ...bar),
    el('ul', {className: 'legend', 'aria-label': 'Time'}, el('li', {className: 'total'}, `${millis(elapsed)} in all`), ...all.map(([name, value]) =>
      el('li', {}, el('span', {className: `dot ${COLOURS.includes(name) ? name : 'network'}`, 'aria-hidden': 'true'}), `${name} ${millis(value)}`))));
}

/** The document as it came, and the command that asks the same. */
function more(job) {
  const command = api.curl(job.model, job.picture.name);
  const copy = el('button', {type: 'button', on: {click: async () => {
    try {
      await navigator.clipboard.writeText(command);
      copy.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(code);
      copy.textContent = 'Selected: press Ctrl+C';
    }
    setTimeout(() => { copy.textContent = 'Copy'; }, 3000);
  }}}, 'Copy');
  const code = el('code', {}, command);
  const document = job.result?.body ?? job.problem?.document;
  return [
    el('details', {}, el('summary', {}, 'Command'), el('div', {className: 'command'}, el('pre', {tabIndex: 0, role: 'region', 'aria-label': 'Command'}, code), copy)),
    document ? el('details', {}, el('summary', {}, 'JSON'), el('pre', {tabIndex: 0, role: 'region', 'aria-label': 'Answer as JSON'}, JSON.stringify(document, null, 2))) : null,
  ].filter(Boolean);
}
