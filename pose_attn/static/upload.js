// A file for Python, in pieces: its size is checked before a byte is read, and no piece is larger than a notebook server accepts.
// Model: label, accept, max_bytes and piece (bytes). Messages out: {kind: 'piece', name, size, at} with the bytes, or {kind: 'large' or 'lost', name, size};
// in: {next: where the next piece begins, -1 when there is no more to send}.

export function render({model, el}) {
  const box = document.createElement('label'), text = document.createElement('span'), input = document.createElement('input'), note = document.createElement('span');
  box.className = 'pose-attn-input'; note.className = 'pose-attn-note'; note.setAttribute('aria-live', 'polite');
  box.dataset.lmSuppressShortcuts = 'true'; input.type = 'file';
  box.append(text, input, note); el.append(box);
  let file = null;
  const setLabel = () => { text.textContent = model.get('label'); input.accept = model.get('accept'); };
  const end = () => { file = null; input.disabled = false; input.value = ''; note.textContent = ''; };
  async function send(at) {
    const f = file; let bytes;
    note.textContent = ` ${f.size ? Math.floor(100*at/f.size) : 0}%`;
    try { bytes = await f.slice(at, at+model.get('piece')).arrayBuffer(); }
    catch { model.send({kind: 'lost', name: f.name, size: f.size}); return end(); }           // moved or unplugged meanwhile
    if (file === f) model.send({kind: 'piece', name: f.name, size: f.size, at}, undefined, [bytes]);
  }
  input.addEventListener('change', () => {
    file = input.files[0]; if (!file) return;
    if (file.size > model.get('max_bytes')) { model.send({kind: 'large', name: file.name, size: file.size}); return end(); }
    input.disabled = true; send(0);
  });
  const onMessage = m => { if (!file || !('next' in m)) return; if (m.next >= 0) send(m.next); else end(); };
  model.on('msg:custom', onMessage);
  for (const k of ['label', 'accept']) model.on('change:'+k, setLabel);
  setLabel();
  return () => { file = null; model.off('msg:custom', onMessage); };
}

export default {render};
