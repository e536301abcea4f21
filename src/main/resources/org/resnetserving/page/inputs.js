// Pictures come in: chosen, dropped, pasted, or from the camera.
import {example} from './api.js';
import {$, el} from './dom.js';

/** Calls take(files, why): files that came, or a sentence about why none did. */
export function listen(take) {
  $('choose').addEventListener('click', () => $('files').click());
  for (const id of ['files', 'capture']) {
    $(id).addEventListener('change', (event) => {
      take([...event.target.files]);
      event.target.value = '';
    });
  }
  drops(take);
  document.addEventListener('paste', (event) => {
    if (event.target.closest?.('input:not([type=checkbox]), textarea')) return;
    const found = carried(event.clipboardData, 'pasted');
    if (found.files.length || found.why) event.preventDefault();
    if (found.address) own(found.address, take);
    else if (found.files.length || found.why) take(found.files, found.why);
  });
  camera(take);
}

function drops(take) {
  let depth = 0;
  const veil = (on) => { $('veil').hidden = !on; };
  const carries = (event) => [...(event.dataTransfer?.types || [])].some((type) => ['Files', 'text/uri-list', 'text/html'].includes(type));
  document.addEventListener('dragenter', (event) => { if (carries(event)) { depth++; veil(true); event.preventDefault(); } });
  document.addEventListener('dragleave', (event) => { if (carries(event) && --depth <= 0) { depth = 0; veil(false); } });
  document.addEventListener('dragover', (event) => { if (carries(event)) { event.preventDefault(); event.dataTransfer.dropEffect = 'copy'; } });
  document.addEventListener('drop', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    veil(false);
    const found = carried(event.dataTransfer, 'dropped');
    if (found.address) own(found.address, take);
    else take(found.files, found.why);
  });
}

/** Files, or what stands for a picture of another page: its data, or only its address. */
function carried(data, verb) {
  const folders = [...(data.items || [])].filter((item) => item.kind === 'file' && item.webkitGetAsEntry?.()?.isDirectory).length;
  const files = [...data.files].filter((file) => file.size > 0 || file.type);
  if (files.length > folders) return {files: folders ? files.filter((file) => file.type) : files};
  if (folders) return {files: [], why: 'That is a folder. Open it, and drop the pictures that are in it.'};
  const html = data.getData('text/html');
  const source = html ? new DOMParser().parseFromString(html, 'text/html').querySelector('img')?.getAttribute('src') : null;
  const url = source || data.getData('text/uri-list').split('\n').find((line) => line && !line.startsWith('#'));
  if (!url) return {files: [], why: verb === 'dropped' ? 'There is no picture in what was dropped.' : null};
  if (/^data:image\//i.test(url)) return {files: [fromData(url)]};
  try {
    if (new URL(url).origin === location.origin) return {files: [], address: url};
  } catch {
    // Not an address at all.
  }
  return {files: [], why: 'The other page gave only the picture’s address, and this page loads nothing from elsewhere. Copy the picture there (“Copy image”) and paste it here, or save it and drop the file.'};
}

function fromData(url) {
  const [head, body] = url.slice(5).split(/,(.*)/s);
  const type = head.split(';')[0];
  const text = /;base64/i.test(head) ? atob(body) : decodeURIComponent(body);
  return new File([Uint8Array.from(text, (c) => c.charCodeAt(0))], `picture.${type.split('/')[1].split('+')[0]}`, {type});
}

/** A picture of this very service. */
async function own(url, take) {
  try {
    const blob = await example(url);
    take([new File([blob], new URL(url).pathname.split('/').pop() || 'picture', {type: blob.type})]);
  } catch {
    take([], 'That picture cannot be loaded.');
  }
}

function camera(take) {
  const box = $('camera-box');
  const video = $('video');
  const phone = matchMedia('(pointer: coarse)').matches;
  const live = navigator.mediaDevices?.getUserMedia;
  $('camera').hidden = !phone && !live;
  $('camera').addEventListener('click', async () => {
    if (phone || !live) {
      $('capture').click();
      return;
    }
    $('camera-problem').textContent = '';
    $('shoot').disabled = true;
    box.showModal();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({video: {width: {ideal: 1280}}});
      if (!box.open) {
        stop(stream);
        return;
      }
      video.srcObject = stream;
      await video.play();
      $('shoot').disabled = false;
    } catch {
      $('camera-problem').textContent = 'There is no camera, or this page may not use it. Allow it in the browser’s settings for this address.';
    }
  });
  $('shoot').addEventListener('click', () => {
    const canvas = el('canvas', {width: video.videoWidth, height: video.videoHeight});
    canvas.getContext('2d').drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      box.close();
      take([new File([blob], 'camera.jpg', {type: 'image/jpeg'})]);
    }, 'image/jpeg', 0.95);
  });
  $('camera-close').addEventListener('click', () => box.close());
  box.addEventListener('close', () => {
    if (video.srcObject) stop(video.srcObject);
    video.srcObject = null;
  });
}

const stop = (stream) => stream.getTracks().forEach((track) => track.stop());
