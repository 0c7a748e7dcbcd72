// The URL's hash keeps the state: #section?key=value&…, so that a view can be
// sent to a colleague and the browser's back button leads back.

const sections = ['matrix', 'weakest', 'findings', 'assets', 'unseen', 'calendar'];
const state = { section: '', values: new URLSearchParams() };
const listeners = [];

function readAddress() {
  const [section, query] = location.hash.slice(1).split('?');
  state.section = sections.includes(section) ? section : '';
  state.values = new URLSearchParams(query ?? '');
}

// remember changes keys of the state; null takes one away.
function remember(changes, { section, push = false } = {}) {
  for (const [k, v] of Object.entries(changes)) {
    if (v === null || v === '' || v === undefined) state.values.delete(k); else state.values.set(k, v);
  }
  if (section) state.section = section;
  const query = state.values.toString();
  const hash = `#${state.section || (query ? 'matrix' : '')}${query ? '?' + query : ''}`;
  if (hash === (location.hash || '#')) return;
  try {
    history[push ? 'pushState' : 'replaceState'](null, '', hash);
  } catch { /* some viewers forbid it; the page works without */ }
}

const onAddress = f => listeners.push(f);
function followAddress() {
  readAddress();
  for (const f of listeners) f();
}

function goTo(section, { focus = true } = {}) {
  remember({}, { section, push: true });
  const el = document.getElementById(section);
  el.scrollIntoView();
  if (focus) el.focus({ preventScroll: true });
}

