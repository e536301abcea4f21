// The API key, where the service asks for one: in memory alone, and gone with the page.
import {$} from './dom.js';

let key = null;
let asked = null;
let declined = false;

/** The key that requests are sent with now; null before there is one. */
export const current = () => key;

export const header = (sent) => (sent ? {Authorization: `Bearer ${sent}`} : {});

/** The reader did something that wants an answer: who said no before may be asked again. */
export function again() {
  declined = false;
}

/**
 * A request was refused that had this key: asks the reader for another, once for all requests that wait.
 * True if there is another now.
 */
export function renew(refused) {
  if (key !== refused) return Promise.resolve(true);
  if (declined) return Promise.resolve(false);
  asked ??= dialog(refused !== null).then((given) => {
    asked = null;
    declined = given === null;
    if (given !== null) key = given;
    return given !== null;
  });
  return asked;
}

function dialog(wrong) {
  const box = $('key-box');
  const input = $('key');
  const why = (text, bad) => {
    $('key-why').textContent = text;
    input.setAttribute('aria-invalid', String(bad));
  };
  why(wrong ? 'The service does not know this key, or does not take it any more.' : 'This service asks for a key. Whoever runs it gives keys out.', wrong);
  return new Promise((resolve) => {
    const end = (given) => {
      box.onclose = null;
      box.close();
      input.value = '';
      resolve(given);
    };
    $('key-form').onsubmit = (event) => {
      event.preventDefault();
      const given = input.value.trim();
      if (/^[\x21-\x7e]+$/.test(given)) end(given);
      else why('A key has letters, digits and signs, and no blanks.', true);
    };
    $('key-cancel').onclick = () => end(null);
    box.onclose = () => end(null); // By Escape.
    box.showModal();
    input.focus();
  });
}
