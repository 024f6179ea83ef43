// Plotly figures of the pages: drawn by the local plotly.min.js, which is fetched only where there is one, and in the colours of the page.
(() => {
  const here = document.currentScript.src;
  const style = () => { const c = getComputedStyle(document.body).color; return {paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', 'font.color': c,
    'xaxis.gridcolor': 'rgba(128,128,128,.3)', 'yaxis.gridcolor': 'rgba(128,128,128,.3)', 'xaxis.zerolinecolor': 'rgba(128,128,128,.5)',
      'yaxis.zerolinecolor': 'rgba(128,128,128,.5)'}; };
  function draw(boxes) {
    for (const box of boxes) {
      const fig = JSON.parse(box.querySelector('script').textContent), to = document.createElement('div');
      box.append(to);
      window.Plotly.newPlot(to, fig.data, {...fig.layout, width: undefined, autosize: true},
        {responsive: true, displaylogo: false, displayModeBar: matchMedia('(hover: none)').matches ? false : 'hover'}).then(() => window.Plotly.relayout(to, style())).then(() => { box.dataset.drawn = '1'; });
      const again = () => window.Plotly.relayout(to, style());
      new MutationObserver(again).observe(document.body, {attributes: true, attributeFilter: ['data-theme']});
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
    }
  }
  addEventListener('DOMContentLoaded', () => {
    const boxes = document.querySelectorAll('.plotly-figure');
    if (!boxes.length) return;
    const s = document.createElement('script'); s.src = new URL('plotly.min.js', here).href; s.onload = () => draw(boxes); document.head.append(s);
  });
})();
