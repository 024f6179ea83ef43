// A study of pose_attn: videos of several methods side by side, ranked by drag, by tap or by keys. The script of the exported page.
// study: {id, title, questions: [{id, text, look}], pairs: [{id, source, driving, videos: [names]}]}. Which method made a video is not known here.
// store: raters(), open(who), keep(who, answer), video(name), all return promises; who is {rater, tag}.

const PREFIX = 'pose_attn_study:';
const make = (tag, attrs = {}, ...kids) => {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attrs)) if (k in e) e[k] = v; else e.setAttribute(k, v);
  e.append(...kids); return e;                                      // a text is always a text, never markup
};

function random(seed) {                      // a stream of numbers in [0,1) for a text: FNV-1a, then mulberry32
  let a = 2166136261;
  for (const c of new TextEncoder().encode(seed)) a = Math.imul(a ^ c, 16777619);
  return () => { a = a+0x6D2B79F5 | 0; let t = Math.imul(a ^ a>>>15, 1 | a); t = t+Math.imul(t ^ t>>>7, 61 | t) ^ t; return ((t ^ t>>>14)>>>0)/4294967296; };
}

export function shuffled(list, seed) {
  const out = [...list], next = random(seed);
  for (let i = out.length-1; i > 0; i--) { const j = Math.floor(next()*(i+1)); [out[i], out[j]] = [out[j], out[i]]; }
  return out;
}

export function stepsOf(study, who) {        // the steps of one rater, in an order that a reload repeats
  const s = [study.id, who.rater, who.tag].join('|');
  return shuffled(study.questions, s+'|questions').flatMap(question => shuffled(study.pairs, `${s}|${question.id}`).map(
    pair => ({question, pair, key: question.id+'|'+pair.id, shown: shuffled(pair.videos, `${s}|${question.id}|${pair.id}`)})));
}

export function start(root, study, store, heardBy = root) {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches, say = make('div', {className: 'say', role: 'status'}), body = make('div', {className: 'body'});
  root.classList.add('pose-attn-study'); root.tabIndex = -1; root.dataset.lmSuppressShortcuts = 'true'; root.replaceChildren(body, say);
  let who = null, todo = [], at = 0, given = new Map(), ui = null, turn = 0;
  const tell = t => { say.textContent = t; };
  const button = (text, f, attrs = {}) => make('button', {type: 'button', textContent: text, onclick: f, ...attrs});
  const guard = f => async (...o) => { try { await f(...o); } catch (e) { tell(e.message || String(e)); } };

  // --- who ---
  const welcome = guard(async () => {
    ui = null; who = null; ++turn; store.leave?.();
    const there = await store.raters(), n = study.questions.length*study.pairs.length, k = study.pairs[0].videos.length;
    const name = make('input', {name: 'rater', maxLength: 60, autocomplete: 'off', required: true}), form = make('form', {className: 'who'}, make('label', {}, 'your name, or any word ', name), make('button', {textContent: 'begin'}));
    form.onsubmit = e => { e.preventDefault(); const rater = name.value.replace(/\s+/g, ' ').replace(/\p{C}/gu, '').trim().slice(0, 60); if (rater) open({rater, tag: store.tag()}); };
    body.replaceChildren(make('h1', {textContent: study.title}),
      make('p', {}, `You will see a picture, and a video that gives a motion. Below them, ${k} videos try to show the one in the picture with that motion. Each time you answer one question by ranking the ${k} videos from best to worst, ${n} times in all. Your answers are kept, so you can stop and continue later.`),
      make('p', {className: 'quiet'}, `By hand: drag a video by its letter to a rank, or tap the videos from best to worst. By keys: 1 to ${k} ranks the video that is marked, ← → mark another, ↑ ↓ better or worse, Enter next, Space stops the videos.`), form);
    if (there.length) body.append(make('p', {}, 'or continue as'), make('div', {className: 'known'}, ...there.map(o => button(`${o.rater} (${o.n} of ${n})`, () => open(o)))));
    name.focus({preventScroll: true});
  });
  const open = guard(async o => {
    const rows = await store.open(o);
    who = {rater: o.rater, tag: o.tag}; todo = stepsOf(study, who); given = new Map(rows.map(r => [r.question+'|'+r.pair, r]));
    at = todo.findIndex(s => !given.has(s.key)); if (at < 0) at = todo.length;
    await show();
  });

  // --- one question ---
  const video = async (name, cls, attrs = {}) => {
    const v = make('video', {className: cls, muted: true, loop: true, playsInline: true, preload: 'auto', ...attrs}); v.setAttribute('muted', ''); v.src = await store.video(name); return v;
  };
  const show = guard(async () => {
    const mine = ++turn; tell('');
    if (at >= todo.length) return end();
    const {question, pair, shown, key} = todo[at], k = shown.length, old = given.get(key);
    const [source, driving, ...videos] = await Promise.all([store.video(pair.source), video(pair.driving, 'driving', {'aria-label': 'the motion'}), ...shown.map(n => video(n, 'made', {'aria-hidden': 'true'}))]);
    if (mine !== turn) return;
    const rank = shown.map(n => old ? old.ranks[n] : 0), name = i => String.fromCharCode(65+i);
    const cards = videos.map((v, i) => make('button', {type: 'button', className: 'card', 'data-video': shown[i], 'data-i': i}, v, make('span', {className: 'grip'}, make('b', {textContent: name(i)}), make('span', {className: 'rank'}))));
    const slots = shown.map((_, r) => make('button', {type: 'button', className: 'slot', 'data-rank': r+1}, make('small', {textContent: r === 0 ? '1 best' : r === k-1 ? `${k} worst` : String(r+1)}), make('b')));
    const next = button('next', () => give(), {className: 'next'}), play = button('', () => playing(!ui.on), {className: 'play'});
    ui = {rank, cards, slots, next, play, videos: [driving, ...videos], on: false, cur: 0, shown, question, pair, key, began: performance.now(), name};
    body.replaceChildren(
      make('div', {className: 'top'}, make('progress', {max: todo.length, value: at, 'aria-label': 'progress'}), make('span', {className: 'count', textContent: `${at+1} of ${todo.length}`}),
        make('span', {className: 'quiet', textContent: who.rater}), button('save so far', save), button('leave', welcome, {className: 'leave'})),
      make('h2', {textContent: question.text}),
      make('div', {className: 'given'}, make('figure', {className: question.look === 'source' ? 'look' : ''}, make('img', {src: source, alt: 'the picture: who should be shown', draggable: false}), make('figcaption', {textContent: 'picture'})),
        make('figure', {className: question.look === 'driving' ? 'look' : ''}, driving, make('figcaption', {textContent: 'motion'}))),
      make('div', {className: 'cards', role: 'group', 'aria-label': 'videos to be ranked'}, ...cards), make('div', {className: 'slots', role: 'group', 'aria-label': 'ranks'}, ...slots),
      make('div', {className: 'foot'}, button('back', back, {disabled: at === 0, className: 'back'}), play, next));
    cards.forEach((c, i) => { c.onclick = () => ui.dragged || tap(i); c.onfocus = () => { ui.cur = i; }; holds(c, () => i); });
    slots.forEach((s, r) => { const has = () => ui.rank.indexOf(r+1); s.onclick = () => { if (!ui.dragged && has() >= 0) put(has(), 0); }; holds(s, has); });
    paint(); playing(!still); cards[0].focus({preventScroll: true}); root.dataset.step = at; delete root.dataset.done;
  });
  const paint = () => {
    const {rank, cards, slots, next, name} = ui, k = rank.length, said = r => r ? `rank ${r} of ${k}` : 'not ranked yet';
    cards.forEach((c, i) => { c.classList.toggle('ranked', !!rank[i]); c.querySelector('.rank').textContent = rank[i] || '–'; c.setAttribute('aria-label', `video ${name(i)}, ${said(rank[i])}`); });
    slots.forEach((s, r) => { const i = rank.indexOf(r+1); s.classList.toggle('full', i >= 0); s.lastChild.textContent = i < 0 ? '' : name(i); s.setAttribute('aria-label', `rank ${r+1}: ${i < 0 ? 'empty' : 'video '+name(i)}`); });
    next.disabled = rank.includes(0);
  };
  const put = (i, r) => {                    // video i gets rank r; who had it gets what i had
    const j = r ? ui.rank.indexOf(r) : -1; if (j >= 0) ui.rank[j] = ui.rank[i];
    ui.rank[i] = r; paint(); tell(`video ${ui.name(i)}: ${r ? 'rank '+r : 'no rank'}`);
  };
  const free = last => { const o = ui.rank.map((_, i) => i+1).filter(r => !ui.rank.includes(r)); return last ? o.at(-1) : o[0]; };
  const tap = i => put(i, ui.rank[i] ? 0 : free());
  const playing = async on => {
    ui.on = on; const mine = ui; mine.play.textContent = on ? 'stop videos' : 'play videos';
    if (!on) return mine.videos.forEach(v => v.pause());
    await Promise.all(mine.videos.map(v => v.readyState > 2 ? 0 : new Promise(f => { v.oncanplay = v.onerror = f; })));
    if (mine !== ui || !mine.on) return;
    for (const v of mine.videos) { v.currentTime = 0; v.play().catch(() => { if (mine === ui && ui.videos.every(o => o.paused)) { ui.on = false; ui.play.textContent = 'play videos'; } }); }
  };
  const give = guard(async () => {
    if (ui.busy || ui.rank.includes(0)) return;
    const {shown, rank, question, pair, key, began} = ui, ranks = Object.fromEntries(shown.map((n, i) => [n, rank[i]]));
    const answer = {question: question.id, pair: pair.id, shown, ranks, at: new Date().toISOString(), ms: Math.round(performance.now()-began)};
    ui.busy = true;
    try { await store.keep(who, answer); } finally { if (ui) ui.busy = false; }
    given.set(key, answer); at++; await show();
  });
  const back = () => { if (at > 0) { at--; show(); } };

  // --- the end ---
  const file = () => JSON.stringify({study: study.id, ...who, answers: todo.filter(s => given.has(s.key)).map(s => given.get(s.key))}, null, 1);
  const save = () => {
    const url = URL.createObjectURL(new Blob([file()], {type: 'application/json'}));
    make('a', {href: url, download: `answers_${study.id}_${who.tag}.json`}).click(); setTimeout(() => URL.revokeObjectURL(url), 10000);
  };
  const end = () => {
    ui = null; root.dataset.done = given.size; delete root.dataset.step;
    const first = button('save the answers', save, {className: 'next'});
    body.replaceChildren(make('div', {className: 'top'}, make('progress', {max: todo.length, value: todo.length, 'aria-label': 'progress'})), make('h1', {textContent: 'Thank you'}),
      make('p', {}, 'You have answered everything. Save the answers as a file and send it to the person who asked you.'),
      make('div', {className: 'foot'}, button('back', back, {className: 'back'}), button('another person', welcome), first));
    body.append(make('details', {}, make('summary', {textContent: 'or copy them as a text'}), make('textarea', {readOnly: true, rows: 8, value: file(), 'aria-label': 'answers as a text', onfocus: e => e.target.select()})));
    first.focus({preventScroll: true});
  };

  // --- hand and keys ---
  const holds = (e, which) => e.addEventListener('pointerdown', d => {
    ui.dragged = false; const i = which(); if (d.button || i < 0) return;
    let ghost = null; const stop = new AbortController(), on = (k, f) => window.addEventListener(k, f, {signal: stop.signal});
    const over = p => { for (const s of ui.slots) s.classList.remove('over'); const s = document.elementsFromPoint(p.clientX, p.clientY).map(o => o.closest('.slot')).find(o => o && root.contains(o)); s?.classList.add('over'); return s; };
    const done = p => {
      stop.abort(); setTimeout(() => { if (ui) ui.dragged = false; }, 50); if (!ghost) return;
      ghost.remove(); const s = p && ui ? over(p) : null; ui?.slots.forEach(o => o.classList.remove('over'));
      if (s) { put(i, +s.dataset.rank); ui.cards[i].focus({preventScroll: true}); } else if (p && ui && e.classList.contains('slot')) put(i, 0);
    };
    on('pointermove', p => {
      if (p.pointerId !== d.pointerId || !ui) return;
      if (!ghost && Math.hypot(p.clientX-d.clientX, p.clientY-d.clientY) < 8) return;
      if (!ghost) { ui.dragged = true; root.append(ghost = make('div', {className: 'ghost', textContent: ui.name(i)})); }
      p.preventDefault(); ghost.style.left = p.clientX+'px'; ghost.style.top = p.clientY+'px'; over(p);
    });
    on('pointerup', p => { if (p.pointerId === d.pointerId) done(p); }); on('pointercancel', () => done(null));
  });
  const keys = e => {
    if (!ui || e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea')) return;
    const k = ui.rank.length, i = ui.cur, r = ui.rank[i], n = Number(e.key), mark = j => { ui.cur = (j+k)%k; ui.cards[ui.cur].focus({preventScroll: true}); }, other = e.target.closest('.top, .foot');
    if (e.key >= '1' && n <= k && e.key.length === 1) { put(i, n); const j = ui.rank.map((_, d) => (i+1+d)%k).find(d => !ui.rank[d]); mark(j ?? i); }
    else if (e.key === 'ArrowRight') mark(i+1); else if (e.key === 'ArrowLeft') mark(i-1);
    else if (e.key === 'ArrowUp') put(i, r ? Math.max(1, r-1) : free()); else if (e.key === 'ArrowDown') put(i, r ? Math.min(k, r+1) : free(true));
    else if (e.key === 'Backspace' || e.key === 'Delete') put(i, 0);
    else if (other && (e.key === 'Enter' || e.key === ' ')) { e.stopPropagation(); return; }
    else if (e.key === 'Enter') { if (!e.repeat) ui.rank.includes(0) ? tell('every video needs a rank') : give(); } else if (e.key === ' ') playing(!ui.on);
    else return;
    e.preventDefault(); e.stopPropagation();
  };
  heardBy.addEventListener('keydown', keys);
  const now = store.now?.(); if (now) open(now); else welcome();
  return () => { ui = null; ++turn; heardBy.removeEventListener('keydown', keys); };
}

export function browserStore(study) {        // the exported page: answers stay in this browser until they are saved as a file
  const mine = PREFIX+study.id+':', mem = new Map(), fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(4)), b => b.toString(16).padStart(2, '0')).join('');
  const read = tag => { try { const d = JSON.parse(localStorage.getItem(mine+tag)); if (d && d.answers && typeof d.rater === 'string') return d; } catch { /* not ours, or no storage */ } return mem.get(tag); };
  const tags = () => { try { return Object.keys(localStorage).filter(k => k.startsWith(mine)).map(k => k.slice(mine.length)); } catch { return [...mem.keys()]; } };
  const session = f => { try { return f(sessionStorage); } catch { return null; } };
  return {
    tag: fresh,
    raters: async () => tags().map(tag => [tag, read(tag)]).filter(o => o[1]).map(([tag, d]) => ({rater: d.rater, tag, n: Object.keys(d.answers).length})),
    open: async ({rater, tag}) => { session(s => s.setItem(mine, tag)); return Object.values((read(tag) || {answers: {}}).answers); },
    keep: async ({rater, tag}, answer) => {
      const d = read(tag) || {rater, answers: {}}; d.answers[answer.question+'|'+answer.pair] = answer; mem.set(tag, d);
      try { localStorage.setItem(mine+tag, JSON.stringify(d)); } catch { if (!mem.warned) { mem.warned = true; throw new Error('This browser stores nothing: save your answers before you close the page. Press next again to continue.'); } }
    },
    video: async name => 'videos/'+name,
    now: () => session(s => { const tag = s.getItem(mine), d = tag && read(tag); return d ? {rater: d.rater, tag} : null; }),
    leave: () => session(s => s.removeItem(mine)),
  };
}
