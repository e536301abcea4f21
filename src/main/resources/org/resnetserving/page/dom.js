// The few things that every part of the page does with the document.

export const $ = (id) => document.getElementById(id);

/** An element with properties, and children that are elements or text. Text never becomes markup. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.includes('-') || name === 'role') element.setAttribute(name, value === true ? '' : value);
    else if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** What stands for a picture that the browser does not read: the page's own icon. */
export function noPreview(event) {
  event.target.classList.add('broken');
  event.target.src = document.querySelector('link[rel=icon]').href;
}

/** Tells a screen reader. */
export function announce(text) {
  $('announce').textContent = text;
}

export function percent(share) {
  const value = share * 100;
  if (value > 99.9 && value < 100) return '> 99.9 %';
  return `${value >= 99.95 ? '100' : value >= 10 ? value.toFixed(1) : value.toFixed(value >= 0.1 || value === 0 ? 1 : 2)} %`;
}

export function millis(value) {
  if (value >= 1000) return `${(value / 1000).toFixed(value >= 10000 ? 0 : 1)} s`;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} ms`;
}

export function bytes(value) {
  return value >= 2 ** 30 ? `${(value / 2 ** 30).toFixed(1)} GiB` : `${Math.round(value / 2 ** 20)} MiB`;
}

/** Hands the reader a file. */
export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], {type}));
  el('a', {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
