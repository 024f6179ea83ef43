// Formulas first, then reveal.js; a slide that is too high or too wide is scaled to fit.
const WIDTH = 1280, HEIGHT = 720;

function fit(section) {
  const inner = section.querySelector(':scope > .fit');
  if (!inner) return;
  const room = HEIGHT - 60, wide = WIDTH - 60;
  const figures = [...inner.querySelectorAll('img')].filter(o => !o.src.endsWith('.svg') && o.naturalWidth);
  inner.style.zoom = 1;
  figures.forEach(o => { o.style.width = ''; o.style.maxHeight = 'none'; });
  if (figures.length) {                                 // figures grow, or shrink, to what the text leaves of the slide
    const heights = figures.map(o => o.getBoundingClientRect().height / scale()), high = heights.reduce((a, b) => a + b, 0);
    const left = room - (inner.scrollHeight - high);
    const grow = Math.min(2.2, Math.max(.25, left / high), ...figures.map(o => wide / (o.getBoundingClientRect().width / scale())));
    figures.forEach((o, i) => { o.style.width = `${o.naturalWidth * heights[i] / o.naturalHeight * grow * .98}px`; });
  }
  let zoom = 1;
  for (let i = 0; i < 12; i++) {                        // text breaks anew at each size, so step by step
    const h = inner.scrollHeight * zoom, w = inner.scrollWidth * zoom;
    if (h <= room && w <= wide + 1) break;
    zoom *= Math.max(.8, Math.min(.97, Math.min(room / h, wide / w)));
    inner.style.zoom = zoom;
  }
}

const scale = () => Reveal.getScale();

function measured(section) {                            // sections that are not shown have no size
  const hidden = [section, section.parentElement].filter(o => o.tagName === 'SECTION');
  const before = hidden.map(o => o.style.cssText);
  hidden.forEach(o => { o.style.display = 'block'; o.style.visibility = 'hidden'; });
  fit(section);
  hidden.forEach((o, i) => { o.style.cssText = before[i]; });
}

const leaves = () => [...document.querySelectorAll('.slides section')].filter(o => !o.querySelector('section'));

for (const section of leaves()) {                       // one box around what a slide shows
  const box = document.createElement('div');
  box.className = 'fit';
  box.append(...[...section.childNodes].filter(o => !(o.tagName === 'ASIDE')));
  section.prepend(box);
}

MathJax.startup.promise.then(() => MathJax.typesetPromise()).then(() => Reveal.initialize({
  width: WIDTH, height: HEIGHT, margin: .02, center: false, hash: true, controls: false, progress: true,
  slideNumber: 'c/t', transition: 'none', plugins: [RevealNotes]
})).then(() => {
  const all = () => leaves().forEach(measured);
  Promise.all([...document.images].map(o => o.decode().catch(() => 0))).then(() => {
    all();
    Reveal.on('slidechanged', e => fit(e.currentSlide));
    document.body.dataset.ready = 'yes';
  });
});
