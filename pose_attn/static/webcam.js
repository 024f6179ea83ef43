// A webcam for Python: small square frames, mirrored, one at a time; nothing is sent before the button is pressed.
// Model: size (pixels), fps, label, status. Messages out: {kind: 'frame', n, t (ms)} with size*size*3 bytes RGB, {kind: 'start'}, {kind: 'stop'};
// in: {done: n, stop} when a frame has been answered; stop: the recording is full.

const WHY = {
  NotAllowedError: 'no webcam: the browser was not allowed to use it; permit it beside the address of this page',
  NotFoundError: 'no webcam: this computer has none',
  NotReadableError: 'no webcam: another program is using it',
};
const NOT_HERE = 'no webcam: browsers allow it for pages of this computer and for https only';

export function render({model, el}) {
  const box = document.createElement('div'), button = document.createElement('button'), c = document.createElement('canvas');
  const note = document.createElement('span'), video = document.createElement('video');
  box.className = 'pose-attn-input'; note.className = 'pose-attn-note'; note.setAttribute('aria-live', 'polite');
  box.dataset.lmSuppressShortcuts = 'true'; button.type = 'button'; button.className = 'pose-attn-button'; video.muted = video.playsInline = true;
  c.width = c.height = model.get('size'); c.hidden = true; c.setAttribute('role', 'img'); c.setAttribute('aria-label', 'webcam');
  box.append(button, c, note); el.append(box);
  const ctx = c.getContext('2d', {willReadFrequently: true});
  let stream = null, timer = 0, n = 0, sent = 0, waiting = false, gone = false;
  const name = () => { button.textContent = stream ? 'stop webcam' : model.get('label'); };
  const say = t => { note.textContent = t; model.set('status', t); model.save_changes(); };
  function frame() {
    if (waiting && performance.now()-sent < 1500) return;               // Python is still computing: this frame is dropped
    const w = video.videoWidth, h = video.videoHeight, m = Math.min(w, h), s = c.width; if (!m) return;
    ctx.setTransform(-1, 0, 0, 1, s, 0); ctx.imageSmoothingQuality = 'high';
    ctx.drawImage(video, (w-m)/2, (h-m)/2, m, m, 0, 0, s, s);
    const a = ctx.getImageData(0, 0, s, s).data, rgb = new Uint8Array(s*s*3);
    for (let i = 0, j = 0; i < a.length; i += 4) { rgb[j++] = a[i]; rgb[j++] = a[i+1]; rgb[j++] = a[i+2]; }
    waiting = true; sent = performance.now(); model.send({kind: 'frame', n: ++n, t: sent}, undefined, [rgb.buffer]);
  }
  async function start() {
    if (!navigator.mediaDevices?.getUserMedia) return say(NOT_HERE);
    button.disabled = true;
    try { stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'user'}, audio: false}); }
    catch (e) { return say(WHY[e.name] || `no webcam: ${e.message}`); }
    finally { button.disabled = false; }
    if (gone) return off();
    stream.getVideoTracks()[0].addEventListener('ended', stop);         // pulled out
    video.srcObject = stream; await video.play();
    c.hidden = false; name(); say('the webcam is on'); waiting = false;
    model.send({kind: 'start'}); timer = setInterval(frame, 1000/model.get('fps'));
  }
  function off() { clearInterval(timer); timer = 0; for (const t of stream?.getTracks() ?? []) t.stop(); stream = null; video.srcObject = null; }
  function stop() { if (!stream) return; off(); name(); say('the webcam is off'); model.send({kind: 'stop'}); }
  button.addEventListener('click', () => stream ? stop() : start());
  const onMessage = m => { if (m.done === n) waiting = false; if (m.stop) stop(); };
  model.on('msg:custom', onMessage); model.on('change:label', name);
  name();
  return () => { gone = true; off(); model.off('msg:custom', onMessage); };
}

export default {render};
