// Puppet and attention explorer without a kernel: the widgets' own front end (canvas.js), and this page in the place of Python. The letters are the paper's.
import {render} from './site/canvas.js';

const here = import.meta.url, file = o => new URL('site/'+o, here).href;

class Model {                                                  // what anywidget gives to canvas.js: state with listeners
  constructor(s) { this.s = s; this.listeners = {}; }
  get(k) { return this.s[k]; }
  set(k, v) { this.s[k] = v; for (const f of this.listeners['change:'+k] || []) f(); }
  on(k, f) { (this.listeners[k] = this.listeners[k] || []).push(f); }
  save_changes() {                                             // what Python would answer: an event on the picture
    const e = this.s.event;
    if (e && e.n !== this.last) { this.last = e.n; this.answer(e); }
  }
  send() {}
}

const scratch = document.createElement('canvas');
function png(rgb, w, h) {                                // values in [0,1], red, green, blue of one pixel after the other -> bytes of a PNG
  scratch.width = w; scratch.height = h;
  const c = scratch.getContext('2d'), im = c.createImageData(w, h);
  for (let i = 0; i < w*h; i++) { for (let k = 0; k < 3; k++) im.data[4*i+k] = Math.round(255*Math.min(1, Math.max(0, rgb[3*i+k]))); im.data[4*i+3] = 255; }
  c.putImageData(im, 0, 0);
  return Uint8Array.from(atob(scratch.toDataURL('image/png').split(',')[1]), o => o.charCodeAt(0));      // toBlob would wait until the browser is idle
}

class ImageCanvas {                                            // as the class of that name in lesson 70
  constructor(el, s, onEvent) {
    this.m = new Model({image: null, points: [], colors: [], names: [], fixed: false, active: -1, at: [], marks: true, cells: [1, 1], captions: [], scale: 4,
      step: .125, label: '', hint: 'click, drag, or arrow keys', event: {}, done: 0, ...s});
    this.m.answer = async e => { try { await onEvent(e); } finally { this.m.set('done', e.n); } };
    render({model: this.m, el});
  }
  draw(p, captions, cells) {
    if (cells) this.m.set('cells', cells);
    if (captions) this.m.set('captions', captions);
    this.m.set('image', png(p.rgb, p.w, p.h));
  }
}

// --- the network ---------------------------------------------------------------------------------------------------------------------

export class Network {
  static async load(say) {
    say('loading the program that runs the network (14 MB, once)');
    const ort = await import('./ort/ort.js'), w = ort.env.wasm, net = new Network();
    w.numThreads = 1; w.wasmPaths = {mjs: new URL('ort/ort-wasm.js', here).href, wasm: new URL('ort/ort-wasm.wasm', here).href}; ort.env.logLevel = 'error';
    net.ort = ort; net.part = {};
    const s = net.scene = await (await fetch(file('scene.json'))).json(), all = new Uint8Array(await (await fetch(file('scene.bin'))).arrayBuffer()),
      one = s.size*s.size*3;
    for (const k of ['embedding', 'background', 'pose', 'generator']) { say(`loading the network: ${k}`); net.part[k] = await ort.InferenceSession.create(file(k+'.onnx'),
      {executionProviders: ['wasm']}); }
    net.bytes = i => all.subarray(i*one, (i+1)*one);            // of one frame: the sources of all people, then the driving frames
    net.first = i => i*s.n; net.driving = t => s.people.length*s.n+t;
    return net;
  }
  tensor(a, ...dims) { return new this.ort.Tensor('float32', a, dims); }
  frames(from, n) {                                            // n frames as (n 3 H W) in [0,1]
    const s = this.scene.size, a = new Float32Array(n*3*s*s);
    for (let i = 0; i < n; i++) { const b = this.bytes(from+i); for (let j = 0; j < s*s; j++) for (let k = 0; k < 3; k++) a[(i*3+k)*s*s+j] = b[3*j+k]/255; }
    return this.tensor(a, n, 3, s, s);
  }
  async bank(person, n) {                                      // P_S, A_S, B of a person's first n frames, and these
    const S = this.frames(this.first(person), n), {p, a} = await this.part.embedding.run({x: S}), {B} = await this.part.background.run({S});
    return {P_S: p, A_S: a, B, S, n, person};
  }
  async drive(t) { return await this.part.embedding.run({x: this.frames(this.driving(t), 1)}); }
  async pose(kp) { return (await this.part.pose.run({kp: this.tensor(Float32Array.from(kp.flat()), 1, kp.length, 2)})).p_d; }
  async generate(p_d, b, temp = 1) {
    const part = this.part.generator, inputs = {p_d, P_S: b.P_S, A_S: b.A_S, B: b.B, temp: this.tensor(Float32Array.of(temp), 1)};
    if (part.inputNames.includes('S')) inputs.S = b.S;           // a network that samples the sources' pixels (lesson 25)
    const {g, attn} = await part.run(inputs);
    return {g: this.picture(g.data), attn: attn.data};
  }
  picture(g) {                                                 // (3 H W) -> as png wants it
    const s = this.scene.size, rgb = new Float32Array(3*s*s);
    for (let j = 0; j < s*s; j++) for (let k = 0; k < 3; k++) rgb[3*j+k] = g[k*s*s+j];
    return {rgb, w: s, h: s};
  }
  photo(i) { return {rgb: Float32Array.from(this.bytes(i), o => o/255), w: this.scene.size, h: this.scene.size}; }
}

class Speed {                                                  // frames per second while something moves, and the time of one
  constructor(root, el) { this.root = root; this.el = el; this.ms = []; this.gaps = []; this.n = 0; this.last = 0; }
  async of(f) {
    const t = performance.now(), r = await f(), now = performance.now();
    this.ms = [...this.ms, now-t].slice(-20);
    if (now-this.last < 600) this.gaps = [...this.gaps, now-this.last].slice(-20);
    this.last = now; this.root.dataset.frames = String(++this.n);
    const mean = a => a.reduce((x, y) => x+y, 0)/a.length, ms = mean(this.ms);
    const fps = this.gaps.length > 3 ? `; ${(1000/mean(this.gaps)).toFixed(0)} frames per second while it moves` : '';
    this.el.textContent = `${ms.toFixed(0)} ms per frame in this browser${fps}`;
    return r;
  }
}

// --- pictures of numbers, as viz.py and attention.py draw them ------------------------------------------------------------------------

function overlay(p, heat, h, w, top, alpha = .7, tint = [1, .15, .1]) {             // `p` tinted by a map (h w), bilinear between the centres of its positions
  const rgb = new Float32Array(p.rgb.length), side = (n, m) => Array.from({length: n},
    (_, i) => { const u = Math.max(0, (i+.5)*m/n-.5), a = Math.floor(u); return [a, Math.min(a+1, m-1), u-a]; });
  const xs = side(p.w, w), ys = side(p.h, h);
  for (let y = 0; y < p.h; y++) for (let x = 0; x < p.w; x++) {
    const [x0, x1, u] = xs[x], [y0, y1, v] = ys[y];
    const f = (1-v)*((1-u)*heat[y0*w+x0]+u*heat[y0*w+x1]) + v*((1-u)*heat[y1*w+x0]+u*heat[y1*w+x1]);
    const a = Math.min(alpha, Math.max(0, alpha*f/Math.max(top, 1e-12))), i = 3*(y*p.w+x);
    for (let k = 0; k < 3; k++) rgb[i+k] = (1-a)*p.rgb[i+k]+a*tint[k];
  }
  return {rgb, w: p.w, h: p.h};
}

function mosaic(ps, cols) {
  const {w, h} = ps[0], rows = Math.ceil(ps.length/cols), W = cols*w, rgb = new Float32Array(3*W*rows*h).fill(1);
  ps.forEach((p, i) => { const x0 = i%cols*w, y0 = Math.floor(i/cols)*h; for (let y = 0; y < h; y++) rgb.set(p.rgb.subarray(3*y*w, 3*(y+1)*w),
    3*((y0+y)*W+x0)); });
  return [{rgb, w: W, h: rows*h}, [cols, rows]];
}

function reassemblePatches(attn, photos, m, side) {                                // the result from patches of the sources
  const k = side/m, rgb = new Float32Array(3*side*side), N = photos.length*m*m;
  for (let i = 0; i < m*m; i++) for (let j = 0; j < N; j++) {
    const a = attn[i*N+j]; if (a < 1e-4) continue;
    const q = j%(m*m), from = photos[Math.floor(j/(m*m))].rgb, sy = Math.floor(q/m)*k, sx = q%m*k, ty = Math.floor(i/m)*k, tx = i%m*k;
    for (let y = 0; y < k; y++) for (let x = 0; x < 3*k; x++) rgb[3*((ty+y)*side+tx)+x] += a*from[3*((sy+y)*side+sx)+x];
  }
  return {rgb, w: side, h: side};
}

// --- the two pages -------------------------------------------------------------------------------------------------------------------

const el = (tag, props = {}, ...kids) => { const o = Object.assign(document.createElement(tag), props); o.append(...kids); return o; };
const row = (...kids) => el('div', {className: 'row'}, ...kids);
const figure = text => { const f = el('figure'); f.append(el('figcaption', {textContent: text})); return f; };
const choice = (text, names, f) => { const s = el('select', {}, ...names.map((n, i) => el('option',
  {value: i, textContent: n}))); s.onchange = () => f(+s.value); return [el('label', {}, text, s), s]; };
const slider = (text, min, max, value, step, f, show = String) => {
  const o = el('output', {textContent: show(value)}), s = el('input', {type: 'range', min, max, step, value});
  s.oninput = () => { o.textContent = show(+s.value); f(+s.value); };
  return [el('label', {}, text, s, o), s];
};
const latest = f => {                                          // one call at a time; of those that arrive meanwhile only the newest counts
  let busy = null, again = false;
  const go = async () => { do { again = false; await f(); } while (again); };
  return () => { if (busy) again = true; else busy = go().finally(() => { busy = null; }); return busy; };
};
const wait = () => new Promise(f => requestAnimationFrame(f));

async function puppet(root, net, say) {
  const s = net.scene, mirrored = k => { const r = []; s.flip_permutation.forEach((to, i) => { r[to] = [-k[i][0], k[i][1]]; }); return r; };
  const asymmetry = k => mirrored(k).reduce((a, p, i) => a+Math.hypot(p[0]-k[i][0], p[1]-k[i][1]), 0), first = [...s.keypoints].sort((a, b) => asymmetry(a)-asymmetry(b))[0];
       // the most symmetric pose
  let bank = await net.bank(0, s.n), kp = first.map(o => [...o]), dancing = false;
  const speed = new Speed(root, el('p', {className: 'speed'}));
  const fig = figure('Drag a keypoint. With keys: n, p or a number select one, arrows move it.');
  const show = async () => { const r = await speed.of(async () => net.generate(await net.pose(kp),
    bank)); canvas.draw(r.g); root.dataset.kp = JSON.stringify(kp); root.dataset.person = bank.person; };
  const canvas = new ImageCanvas(fig, {label: 'the puppet with its keypoints', hint: 'drag a keypoint; n, p or a number select one, arrows move it', marks: false,
    colors: s.colors, scale: 6, step: .03}, async e => {
    if (e.i < 0) return;
    dancing = false; const d = [e.x-kp[e.i][0], e.y-kp[e.i][1]];
    kp = kp.map((p, j) => all.checked || j === e.i ? p.map((o, k) => Math.min(1, Math.max(-1, o+d[k]))) : p);
    if (all.checked) canvas.m.set('points', kp.map(o => [...o]));
    await show();
  });
  const pose = async k => { kp = k.map(o => [...o]); canvas.m.set('points', kp.map(o => [...o])); await show(); };
  const button = (t, f) => el('button', {type: 'button', textContent: t, onclick: f}), all = el('input', {type: 'checkbox'});
  const [who] = choice('person', s.people, async i => { bank = await net.bank(i, s.n); await show(); });
  const dance = button('play a motion', async () => {
    dancing = !dancing; dance.setAttribute('aria-pressed', dancing); const T = s.T;
    for (let t = 0; dancing; t++) { const u = t%(2*T-2); await pose(s.keypoints[u < T ? u : 2*T-2-u]); await wait(); await new Promise(f => setTimeout(f,
      30)); }
    dance.setAttribute('aria-pressed', false);
  });
  const still = f => () => { dancing = false; f(); };
  root.append(row(who, button('reset', still(() => pose(first))), button('mirror', still(() => pose(mirrored(kp)))), dance,
    el('label', {}, all, 'move all keypoints together')), fig, speed.el);
  dance.setAttribute('aria-pressed', false);
  await pose(first); say('ready');
}

async function attention(root, net, say) {
  const s = net.scene, m = s.feature_size, now = {person: 0, n: s.n, t: 0, temp: 1, view: 0, clicked: ['driving', -.1, -.2]}, known = {};
  const once = async (k, f) => known[k] ?? (known[k] = await f());
  const speed = new Speed(root, el('p', {className: 'speed'})), text = el('p', {className: 'say'}); text.setAttribute('role', 'status');
  const figs = ['driving frame', 'result', 'sources'].map(figure), canvases = {};
  const add = (k, label, scale, f) => { canvases[k] = new ImageCanvas(f, {label, scale}, async e => { now.clicked = [k, e.x, e.y]; await draw(); }); };
  const position = (x, y) => Math.min(m-1, Math.max(0, Math.floor((y+1)/2*m)))*m + Math.min(m-1, Math.max(0, Math.floor((x+1)/2*m)));
  const draw = latest(async () => {
    const {person, n, t, temp, view, clicked: [which, x, y]} = now, N = n*m*m;
    const bank = await once(`b${person} ${n}`, () => net.bank(person, n)), {p} = await once(`d${t}`, () => net.drive(t)), key = `${person} ${n} ${t} ${temp}`;
    if (known.key !== key) { known.r = await speed.of(() => net.generate(p, bank, temp)); known.key = key; }
    const r = known.r;
    const photos = Array.from({length: n}, (_, i) => net.photo(net.first(person)+i)), seen = view ? reassemblePatches(r.attn, photos, m, s.size) : r.g,
      cols = Math.min(4, n);
    root.dataset.state = JSON.stringify(now);
    if (which === 'sources') {
      const [c, q] = canvases.sources.m.get('cells'), u = Math.min((x+1)/2, 1-1e-6)*c, v = Math.min((y+1)/2, 1-1e-6)*q,
        i = Math.min(n-1, Math.floor(v)*c+Math.floor(u)), j = position(u%1*2-1, v%1*2-1);
      const f = Float32Array.from({length: m*m}, (_, k) => r.attn[k*N+i*m*m+j]), top = Math.max(...f), to = f.indexOf(top), sum = f.reduce((a, b) => a+b, 0);
      for (const k of ['driving', 'result']) canvases[k].m.set('at', []);
      canvases.driving.draw(net.photo(net.driving(t))); canvases.result.draw(overlay(seen, f, m, m, top));
      canvases.sources.draw(...((a => [a[0], photos.map((_, k) => String(k+1)), a[1]])(mosaic(photos, cols))));
      text.textContent = `Source ${i+1}, row ${Math.floor(j/m)+1}, column ${j%m+1} has weights that sum to ${sum.toFixed(2)} over all positions of the result; `+
        `the largest is at row ${Math.floor(to/m)+1}, column ${to%m+1}.`;
      return;
    }
    const a = r.attn.subarray(position(x, y)*N, (position(x, y)+1)*N), top = Math.max(...a), maps = photos.map((_, i) => a.subarray(i*m*m, (i+1)*m*m)),
      shares = maps.map(o => o.reduce((u, v) => u+v, 0));
    const bits = -a.reduce((u, v) => u+v*Math.log2(Math.max(v, 1e-12)), 0), best = [...shares.keys()].sort((i, j) => shares[j]-shares[i])[0],
      [mo, cells] = mosaic(photos.map((o, i) => overlay(o, maps[i], m, m, top)), cols);
    canvases.driving.m.set('at', [x, y]); canvases.result.m.set('at', [x, y]); canvases.sources.m.set('at', []);
    canvases.driving.draw(net.photo(net.driving(t))); canvases.result.draw(seen); canvases.sources.draw(mo, shares.map((o, i) => `${i+1}: ${(100*o).toFixed(0)}%`), cells);
    text.textContent = `Entropy ${bits.toFixed(1)} bits, as if ${Math.pow(2, bits).toFixed(0)} of ${N} positions had equal weights. `+
      `Most comes from source ${best+1} (${(100*shares[best]).toFixed(0)}%).`;
  });
  add('driving', 'driving frame', 4, figs[0]); add('result', 'result', 4, figs[1]); add('sources', 'source frames', 2.5, figs[2]);
  const set = k => v => { now[k] = v; return draw(); };
  const [who] = choice('person', s.people, set('person')), [view] = choice('show', ['result', 'patches of the sources'], set('view'));
  const [n] = slider('sources', 1, s.n, s.n, 1, set('n')), [t] = slider('frame', 0, s.T-1, 0, 1, set('t')),
    [temp] = slider('temperature', -1, 1, 0, .05, v => set('temp')(10**v), v => (10**v).toFixed(2));
  root.append(row(who, view), el('div', {className: 'canvases'}, ...figs), text, row(t, n, temp), speed.el);
  await draw(); say('ready');
}

for (const root of document.querySelectorAll('.explorer')) {
  const note = root.querySelector('.say'), say = t => { note.textContent = t === 'ready' ? '' : t; root.dataset.said = t; };
  try { await ({puppet, attention})[root.dataset.what](root, await Network.load(say), say); }
  catch (e) { note.className = 'say wrong'; say(`It does not run here: ${e.message || e}`); console.error(e); }
}
