// Asks a model about a picture: a few at once, again after an overload, converted where the service cannot read it.
import * as api from './api.js';
import {format, toJpeg} from './convert.js';

const AT_ONCE = 3;
const TRIES = 5;

const waiting = [];
let running = 0;

/**
 * Starts, or finds, the job of a picture and a model. Its state is waiting, running, held (until a time, after an overload), done or
 * failed; changed(picture, model) is called at each change.
 */
export function ask(picture, model, changed, first = false) {
  let job = picture.jobs.get(model);
  if (job && job.state !== 'failed') return job;
  job = {picture, model, state: 'waiting', tries: 0, changed};
  picture.jobs.set(model, job);
  if (first) waiting.unshift(job);
  else waiting.push(job);
  changed(job);
  next();
  return job;
}

/** Does not wait any longer for what is held. */
export function now(job) {
  if (job.state !== 'held') return;
  clearTimeout(job.timer);
  become(job, 'waiting');
  waiting.unshift(job);
  next();
}

/** What is asked about these pictures is wanted no longer. */
export function forget(pictures) {
  for (const picture of pictures) {
    for (const job of picture.jobs.values()) {
      clearTimeout(job.timer);
      job.abort?.abort();
      job.gone = true;
    }
  }
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    const job = waiting.shift();
    if (!job.gone) {
      running++;
      run(job).finally(() => { running--; next(); });
    }
  }
}

function become(job, state, more = {}) {
  Object.assign(job, {state, problem: null, until: null}, more);
  if (!job.gone) job.changed(job);
}

async function run(job) {
  become(job, 'running');
  job.abort = new AbortController();
  try {
    become(job, 'done', {result: await api.classify(job.model, job.picture, job.abort.signal)});
  } catch (e) {
    if (job.gone) return;
    if (!(e instanceof api.Problem)) {
      become(job, 'failed', {problem: new api.Problem('The page failed', String(e))});
    } else if (e.slug === 'image-unsupported' && !job.picture.converted) {
      await convert(job, e);
    } else if (e.retryAfter !== null && ++job.tries < TRIES) {
      become(job, 'held', {problem: e, until: Date.now() + e.retryAfter * 1000});
      job.timer = setTimeout(() => now(job), e.retryAfter * 1000);
    } else {
      become(job, 'failed', {problem: e});
    }
  }
}

async function convert(job, problem) {
  const {picture} = job;
  const kind = await format(picture.blob);
  const jpeg = await toJpeg(picture);
  if (!jpeg) {
    become(job, 'failed', {problem});
    return;
  }
  picture.converted = true;
  picture.blob = jpeg;
  picture.note = `The service does not read this ${kind}; your browser converted it to JPEG.`;
  picture.name = picture.name.replace(/\.\w+$/, '') + '.jpg';
  await run(job);
}
