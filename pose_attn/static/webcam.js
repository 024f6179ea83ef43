// Live: frames of a webcam (square, mirrored, small), or moments of a clip that Python holds, one at a time; what Python makes of each is drawn here.
// A frame that comes while Python computes waits for nobody: the next one takes its place. Nothing is asked of a camera before the button is pressed.
// Model: size (pixels), rate (moments per second of the clip; 0: the webcam), label, captions.
// Messages out: {kind: 'start'}, {kind: 'frame', n, t (ms since the start)} with size*size*3 bytes RGB (none for a clip), {kind: 'stop'};
// in: {done: n, shape: [h, w]} with h*w*3 bytes RGB, or no bytes if there is nothing to draw.

const WHY = {
  NotAllowedError: 'no webcam: the browser was not allowed to use it; permit it beside the address of this page',
  NotFoundError: 'no webcam: this computer has none',
  NotReadableError: 'no webcam: another program is using it',
};
const NOT_HERE = 'no webcam: browsers allow it for pages of this computer and for https only';
const BUSY = 'waiting for Python, which is busy with something else; frames are dropped meanwhile';
const median = a => [...a].sort((x, y) => x-y)[a.length >> 1];

export function render({model, el}) {
  const make = (tag, className, ...inside) => { const e = document.createElement(tag); e.className = className; e.append(...inside); return e; };
  const button = make('button', 'pose-attn-button'), c = make('canvas', ''), captions = make('div', 'pose-attn-captions'), video = document.createElement('video');
  const note = make('span', 'pose-attn-note'), stats = make('span', 'pose-attn-note'), picture = make('div', '', c, captions);
  const box = make('div', 'pose-attn-input pose-attn-live', button, note, picture, stats), grab = document.createElement('canvas');
  note.setAttribute('aria-live', 'polite'); box.dataset.lmSuppressShortcuts = 'true'; button.type = 'button'; video.muted = video.playsInline = true;
  c.setAttribute('role', 'img'); c.setAttribute('aria-label', 'live'); picture.hidden = true; el.append(box);
  const ctx = c.getContext('2d'), small = grab.getContext('2d', {willReadFrequently: true});
  let on = false, stream = null, timers = [], n = 0, dropped = 0, began = 0, sent = null, newest = null, drawn = [], gone = false;
  const name = () => { button.textContent = `${on ? 'stop' : 'start'} ${model.get('label')}`; };
  const say = t => { if (t !== note.textContent) note.textContent = t; };

  function pixels() {                         // the middle square of the camera's newest frame, mirrored
    const w = video.videoWidth, h = video.videoHeight, m = Math.min(w, h), s = grab.width = grab.height = model.get('size');
    small.setTransform(-1, 0, 0, 1, s, 0); small.imageSmoothingQuality = 'high';
    small.drawImage(video, (w-m)/2, (h-m)/2, m, m, 0, 0, s, s);
    const a = small.getImageData(0, 0, s, s).data, rgb = new Uint8Array(s*s*3);
    for (let i = 0, j = 0; i < a.length; i += 4) { rgb[j++] = a[i]; rgb[j++] = a[i+1]; rgb[j++] = a[i+2]; }
    return [rgb.buffer];
  }
  function arrived(at) {                      // at: when the camera took it, or when the clip's moment has come
    if (!on) return;
    if (newest !== null) dropped++;
    newest = at; send();
  }
  function send() {
    if (sent || newest === null || (stream && !video.videoWidth)) return;
    sent = {n: ++n, at: newest}; newest = null;
    model.send({kind: 'frame', n, t: Math.max(0, sent.at-began)}, undefined, stream ? pixels() : []);
  }
  function onMessage(m, buffers) {
    if (!sent || m.done !== sent.n) return;
    const {at} = sent; sent = null;
    if (on && buffers?.length) {
      draw(new Uint8Array(buffers[0].buffer ?? buffers[0], buffers[0].byteOffset ?? 0), m.shape);
      requestAnimationFrame(() => { const now = performance.now(); if (on) drawn.push([now, now-at]); });         // now it is painted
    }
    c.dataset.done = String(m.done); send();
  }
  function draw(rgb, [h, w]) {
    if (c.width !== w || c.height !== h) [c.width, c.height] = [w, h];
    const a = ctx.createImageData(w, h);
    for (let i = 0, j = 0; i < a.data.length; i += 4) { a.data[i] = rgb[j++]; a.data[i+1] = rgb[j++]; a.data[i+2] = rgb[j++]; a.data[i+3] = 255; }
    ctx.putImageData(a, 0, 0); picture.hidden = false;
  }
  function count() {                          // of the last three seconds: pictures per second, and from the camera's frame to the repaint of the page
    const now = performance.now(); drawn = drawn.filter(o => now-o[0] < 3000);
    say(sent && now-sent.at > 3000 ? BUSY : `${stream ? 'the webcam' : 'the video'} is on`);
    if (drawn.length < 2) return;
    const fps = (drawn.length-1)/(drawn[drawn.length-1][0]-drawn[0][0])*1000, ms = median(drawn.map(o => o[1]));
    Object.assign(c.dataset, {fps: fps.toFixed(1), ms: ms.toFixed(0), dropped});
    stats.textContent = `${fps.toFixed(1)} frames/s, ${ms.toFixed(0)} ms from frame to picture (median), ${dropped} dropped`;
  }
  function watch(now, meta) {                 // captureTime: when the camera took the frame, where the browser knows
    if (!stream) return;
    arrived(meta?.captureTime ?? now);
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(watch);
  }
  async function start() {
    const rate = model.get('rate');
    if (!rate) {
      if (!navigator.mediaDevices?.getUserMedia) return say(NOT_HERE);
      button.disabled = true;
      try { stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'user'}, audio: false}); }
      catch (e) { return say(WHY[e.name] || `no webcam: ${e.message}`); }
      finally { button.disabled = false; }
      if (gone) return off();
      stream.getVideoTracks()[0].addEventListener('ended', stop);       // pulled out
      video.srcObject = stream; await video.play();
    }
    on = true; dropped = 0; drawn = []; sent = newest = null; began = performance.now(); stats.textContent = ''; name();
    model.send({kind: 'start'}); timers = [setInterval(count, 500)]; count();
    if (stream && video.requestVideoFrameCallback) video.requestVideoFrameCallback(watch);
    else timers.push(setInterval(() => stream ? watch(performance.now()) : arrived(performance.now()), 1000/(rate || 30)));
  }
  function off() { on = false; timers.forEach(clearInterval); timers = []; for (const t of stream?.getTracks() ?? []) t.stop(); stream = null; video.srcObject = null; }
  function stop() { if (!on) return; const what = stream ? 'the webcam' : 'the video'; off(); name(); say(`${what} is off`); model.send({kind: 'stop'}); }
  const relabel = () => { name(); captions.replaceChildren(...model.get('captions').map(t => make('span', '', t))); };
  button.addEventListener('click', () => on ? stop() : start());
  model.on('msg:custom', onMessage); model.on('change:rate', stop); for (const k of ['label', 'captions']) model.on(`change:${k}`, relabel);
  relabel();
  return () => { gone = true; off(); model.off('msg:custom', onMessage); };
}

export default {render};
