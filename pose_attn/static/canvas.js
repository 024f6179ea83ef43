// A picture that is clicked, dragged and moved by keys: the front end of pose_attn's widgets, in a notebook and on the site.
// Coordinates are (x,y) in [-1,1] over the whole picture, x to the right and y down, as everywhere in pose_attn.
// Model: image (PNG bytes), points [[x,y]..], colors, names, fixed, active, at, cells, captions, scale, step, label, event, done; get, set, on and save_changes as in anywidget.

const dark = c => { const n = parseInt(c.slice(1), 16); return .3*(n>>16) + .59*(n>>8&255) + .11*(n&255) < 110; };
const clamp = v => Math.min(1, Math.max(-1, v));

function breakLines(ctx, t, wide) {          // a text in lines no wider than that, broken at its spaces
  const lines = [];
  for (const o of t.split(' ')) {
    const longer = `${lines[lines.length-1]} ${o}`;
    if (lines.length && ctx.measureText(longer).width <= wide) lines[lines.length-1] = longer; else lines.push(o);
  }
  return lines;
}
function fitText(ctx, t, wide, z) {          // a font size at which two lines are enough; sets the font
  let lines, size;
  for (size of [12, 11, 10, 9]) {
    ctx.font = `${size*z}px system-ui, sans-serif`; lines = breakLines(ctx, t, wide);
    if (lines.length < 3 && lines.every(o => ctx.measureText(o).width <= wide)) break;
  }
  return {size, lines};
}

export function drawCanvas(ctx, w, h, s) {      // s: what is drawn; changes nothing but the canvas
  ctx.imageSmoothingEnabled = false;
  ctx.clearRect(0, 0, w, h);
  if (s.bitmap) ctx.drawImage(s.bitmap, 0, 0, w, h);
  const X = x => (x+1)/2*w, Y = y => (y+1)/2*h, [cols, rows] = s.cells, z = s.zoom || 1;     // z: canvas pixels for each screen pixel
  ctx.textBaseline = 'bottom'; ctx.textAlign = 'left';
  s.captions.forEach((t, i) => {
    if (!t) return;
    const wide = w/cols-10*z, {size, lines} = fitText(ctx, t, wide, z), x = (i%cols)*w/cols+2*z, tall = (size+3)*z;
    lines.forEach((o, k) => {
      const y = (Math.floor(i/cols)+1)*h/rows-2*z-(lines.length-1-k)*tall, n = Math.min(ctx.measureText(o).width, wide);
      ctx.fillStyle = 'rgba(0,0,0,.7)'; ctx.fillRect(x, y-tall, n+6*z, tall);
      ctx.fillStyle = '#fff'; ctx.fillText(o, x+3*z, y-z, n);
    });
  });
  if (s.at.length) {                                // a cross with an open centre, black on white
    const x = X(s.at[0]), y = Y(s.at[1]);
    for (const [c, l] of [['#fff', 4*z], ['#000', 1.5*z]]) {
      ctx.strokeStyle = c; ctx.lineWidth = l; ctx.beginPath();
      for (const [dx, dy] of [[1,0],[-1,0],[0,1],[0,-1]]) { ctx.moveTo(x+4*z*dx, y+4*z*dy); ctx.lineTo(x+10*z*dx, y+10*z*dy); }
      ctx.stroke();
    }
  }
  s.points.forEach(([px, py], i) => {
    const on = i === s.active;
    ctx.beginPath(); ctx.arc(X(px), Y(py), (on ? 9 : 6)*z, 0, 7);
    ctx.fillStyle = s.colors[i] || '#fff'; ctx.fill();
    ctx.lineWidth = (on ? 3 : 1.5)*z; ctx.strokeStyle = on ? '#fff' : '#000'; ctx.stroke();
    if (on) { ctx.lineWidth = z; ctx.strokeStyle = '#000'; ctx.beginPath(); ctx.arc(X(px), Y(py), 11*z, 0, 7); ctx.stroke(); }
    ctx.fillStyle = dark(s.colors[i] || '#fff') ? '#fff' : '#000'; ctx.font = `bold ${9*z}px system-ui, sans-serif`; ctx.textAlign = 'center'; ctx.textBaseline = 'middle';
    ctx.fillText(s.names[i] ?? String(i), X(px), Y(py)+.5);
  });
}

function nearest(points, x, y, w, h, reach) {
  let best = -1, d = reach;
  points.forEach(([px, py], i) => { const e = Math.hypot((px-x)*w/2, (py-y)*h/2); if (e <= d) { best = i; d = e; } });
  return best;
}

export function render({model, el}) {
  const box = document.createElement('div'), c = document.createElement('canvas'), note = document.createElement('div');
  box.className = 'pose-attn-canvas'; note.className = 'pose-attn-note'; note.setAttribute('aria-live', 'polite');
  box.dataset.lmSuppressShortcuts = c.dataset.lmSuppressShortcuts = 'true'; c.tabIndex = 0; c.setAttribute('role', 'application');
  box.append(c, note); el.append(box);
  let bitmap = null, bitmap_no = 0, n = 0, waiting = false, next = null, held = null, timer = 0;
  const ctx = c.getContext('2d');
  const state = () => ({bitmap, points: model.get('points'), colors: model.get('colors'), names: model.get('names'), active: model.get('active'),
                        at: model.get('at'), cells: model.get('cells'), captions: model.get('captions'), zoom: Math.max(1, c.width/(c.clientWidth || c.width))});
  const draw = () => { drawCanvas(ctx, c.width, c.height, state()); c.dataset.drawn = String(model.get('done')); };
  async function load() {
    const b = model.get('image'); if (!b || !b.byteLength) return;
    const mine = ++bitmap_no, made = await createImageBitmap(new Blob([b], {type: 'image/png'}));
    if (mine !== bitmap_no) return;                                            // a newer picture has arrived meanwhile
    bitmap = made;
    const k = model.get('scale'), r = [Math.round(made.width*k), Math.round(made.height*k)];
    if (c.width !== r[0] || c.height !== r[1]) [c.width, c.height] = r;
    draw();
  }
  const setLabel = () => { c.setAttribute('aria-label', model.get('label')); c.title = model.get('hint'); };
  function send(e) {                         // one event at a time: while Python computes, only the newest position is kept
    if (waiting) { next = e; return; }
    waiting = true; clearTimeout(timer); timer = setTimeout(free, 1500);
    model.set('event', {...e, n: ++n}); model.save_changes();
  }
  function free() { waiting = false; clearTimeout(timer); if (next) { const e = next; next = null; send(e); } }
  function moveTo(kind, x, y) {
    x = clamp(x); y = clamp(y);
    const i = held;
    if (i !== null && i >= 0 && !model.get('fixed')) {
      const p = model.get('points').map(o => [...o]); p[i] = [x, y]; model.set('points', p);
    } else if (model.get('marks')) model.set('at', [x, y]);
    draw(); send({kind, x, y, i: i ?? -1});
  }
  const where = e => { const r = c.getBoundingClientRect(); return [(e.clientX-r.left)/r.width*2-1, (e.clientY-r.top)/r.height*2-1]; };
  c.addEventListener('pointerdown', e => {
    e.preventDefault(); c.focus({preventScroll: true}); c.setPointerCapture(e.pointerId);
    const [x, y] = where(e), r = c.getBoundingClientRect();
    held = nearest(model.get('points'), x, y, r.width, r.height, e.pointerType === 'touch' ? 30 : 16);
    if (model.get('points').length) model.set('active', held);
    moveTo('down', x, y);
  });
  c.addEventListener('pointermove', e => { if (held !== null) moveTo('move', ...where(e)); });
  const up = e => { if (held === null) return; moveTo('up', ...where(e)); held = null; };
  c.addEventListener('pointerup', up); c.addEventListener('pointercancel', up);
  c.addEventListener('keydown', e => {
    const arrow = {ArrowLeft: [-1,0], ArrowRight: [1,0], ArrowUp: [0,-1], ArrowDown: [0,1]}[e.key], p = model.get('points');
    if (arrow) {
      const i = p.length ? model.get('active') : -1, k = model.get('step')*(e.shiftKey ? 4 : 1), a = model.get('at'), o = i >= 0 ? p[i] : a.length ? a : [0, 0];
      held = i; moveTo('key', o[0]+k*arrow[0], o[1]+k*arrow[1]); held = null;
    } else if (p.length && (e.key === 'n' || e.key === 'p' || /^[0-9]$/.test(e.key))) {
      const a = model.get('active'), i = e.key === 'n' ? (a+1)%p.length : e.key === 'p' ? (Math.max(a, 0)+p.length-1)%p.length : +e.key;
      if (i < p.length) { model.set('active', i); model.save_changes(); draw(); }
    } else return;
    e.preventDefault(); e.stopPropagation();
  });
  c.addEventListener('focus', () => { note.textContent = model.get('hint'); }); c.addEventListener('blur', () => { note.textContent = ''; });
  model.on('change:image', load); model.on('change:done', () => { draw(); free(); });
  for (const k of ['points', 'active', 'at', 'cells', 'captions', 'colors', 'names']) model.on('change:'+k, draw);
  for (const k of ['label', 'hint']) model.on('change:'+k, setLabel);
  function keepKeys() {                      // arrow keys belong to the slider that has the focus: Notebook 7 would go to another cell
    const o = box.closest('.jp-OutputArea-output'); if (!o || o.dataset.keys) return;
    o.dataset.keys = 'ours'; o.addEventListener('focusin', e => { if (e.target.matches('.noUi-handle, select')) e.target.dataset.lmSuppressShortcuts = 'true'; });
  }
  const sized = new ResizeObserver(() => { keepKeys(); draw(); }); sized.observe(c);
  setLabel(); load();
  return () => { sized.disconnect(); clearTimeout(timer); next = null; };
}

export default {render};
