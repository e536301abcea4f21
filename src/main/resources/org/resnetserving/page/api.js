// What the page asks the service. All addresses are relative to the page, so that it works below any path.
import * as key from './key.js';

const address = (path) => new URL(path, document.baseURI);

/** A refusal or failure, in words. */
export class Problem extends Error {
  constructor(title, detail, {slug = '', status = 0, retryAfter = null, document = null} = {}) {
    super(detail);
    Object.assign(this, {title, detail, slug, status, retryAfter, document});
  }
}

async function ask(path, options = {}) {
  const sent = key.current();
  let response;
  try {
    response = await fetch(address(path), {...options, headers: {...options.headers, ...key.header(sent)}});
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Problem('The service cannot be reached', 'It may be restarting, or the connection was lost. Nothing was answered.', {slug: 'unreachable'});
  }
  if (response.status === 401 && await key.renew(sent)) return ask(path, options);
  if (!response.ok) throw await problem(response);
  return response;
}

async function problem(response) {
  const retryAfter = Number.parseInt(response.headers.get('Retry-After'), 10);
  const more = {status: response.status, retryAfter: Number.isFinite(retryAfter) ? retryAfter : null};
  const text = await response.text().catch(() => '');
  try {
    const document = JSON.parse(text);
    if (document.title) {
      const slug = String(document.type || '').split(':').pop();
      return new Problem(document.title, document.detail || '', {...more, slug, document});
    }
  } catch {
    // No problem document: a proxy answered.
  }
  return new Problem(`Status ${response.status}`, 'The answer is not the service’s own; a proxy in between may have refused the picture.', more);
}

export const models = async () => (await (await ask('v1/models')).json()).models;

export const status = async () => (await ask('v1/status', {cache: 'no-store'})).json();

/** What to do about a problem, as the service's own page about it says. */
export async function remedy(slug) {
  return slug && slug !== 'unreachable' ? (await (await ask(`problems/${slug}`, {headers: {Accept: 'application/json'}})).json()).remedy : null;
}

export const problemPage = (slug) => address(`problems/${slug}`).href;

function form(picture) {
  const body = new FormData();
  body.append('image', picture.blob, picture.name);
  return body;
}

/** Whether a model can roll its answers up is known once it was asked. */
const flat = new Set();

export function classifyPath(model) {
  return `v1/models/${encodeURIComponent(model)}/classify?top_k=5${flat.has(model) ? '' : '&rollup=true'}`;
}

/** The answer, its stages in milliseconds, and how long it took in all. */
export async function classify(model, picture, signal) {
  const rolled = !flat.has(model);
  const start = performance.now();
  let response;
  try {
    response = await ask(classifyPath(model), {method: 'POST', body: form(picture), signal});
  } catch (e) {
    if (rolled && (e.slug === 'answer-unavailable' || (e.slug === 'parameter-invalid' && (e.document.parameter === 'rollup' || e.detail.includes('rollup'))))) {
      flat.add(model);
      return classify(model, picture, signal);
    }
    throw e;
  }
  const body = await response.json();
  return {body, stages: stages(response.headers.get('Server-Timing')), elapsed: performance.now() - start};
}

/** [["decode", 2.5], …] from "decode;dur=2.5, …". */
function stages(header) {
  return (header || '').split(',').map((entry) => /^\s*([\w-]+)\s*;.*dur=([\d.]+)/.exec(entry)).filter(Boolean).map(([, name, value]) => [name, Number(value)]);
}

/** The picture with the map of a class on it, as an address of this page. */
export async function explain(model, picture, index, signal) {
  const response = await ask(`v1/models/${encodeURIComponent(model)}/explain?class=${index}&opacity=0.6`, {method: 'POST', body: form(picture), headers: {Accept: 'image/png'}, signal});
  return URL.createObjectURL(await response.blob());
}

/** A picture that this service has itself. */
export async function example(path) {
  return (await ask(path)).blob();
}

/** The command that does the same. */
export function curl(model, name) {
  const quoted = `image=@"${name.replace(/(["\\])/g, '\\$1')}"`.replace(/'/g, `'\\''`);
  return `curl ${key.current() ? '-H "Authorization: Bearer $KEY" ' : ''}-F '${/[^\w.-]/.test(name) ? quoted : `image=@${name}`}' '${address(classifyPath(model)).href}'`;
}
