// Elements are made one by one and texts set as text: nothing in this file or
// the next ever parses markup, so no name of an asset can become an element.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// Controls and marks that turn the direction of writing could make a name look
// like another one; they are shown instead of obeyed.
const spoken = new Set(['aria-label', 'title', 'placeholder']);
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const visible = t => t.replace(unseen, c => `\u2039U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}\u203a`);

function fill(el, attributes, children) {
  for (const [k, v] of Object.entries(attributes ?? {})) {
    if (v === undefined || v === null || v === false) continue;
    if (k.startsWith('on')) el.addEventListener(k.slice(2), v);
    else el.setAttribute(k, v === true ? '' : spoken.has(k) ? visible(String(v)) : String(v));
  }
  for (const c of children.flat(Infinity)) {
    if (c === undefined || c === null || c === false || c === '') continue;
    el.append(c instanceof Node ? c : visible(String(c)));
  }
  return el;
}

const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

const icon = (name, label) => s('svg', { class: `icon ink-${name}`, ...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' }) },
  s('use', { href: `#i-${name}` }));

// Only web addresses become links; anything else stays text.
function link(url, title) {
  let ok = false;
  try { ok = ['http:', 'https:'].includes(new URL(url).protocol); } catch { /* not an address */ }
  return ok ? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, title || url) : h('span', null, title ? `${title} (${url})` : url);
}

// advice sets `code` in code, and what spans several lines as a block below.
function advice(text) {
  const [first, ...rest] = text.split('\n');
  const parts = first.split('`').map((t, i) => (i % 2 ? h('code', null, t) : t));
  return [parts, rest.length > 0 && h('pre', { tabindex: '0' }, rest.join('\n'))];
}

let announcing;
function announce(message) {
  clearTimeout(announcing);
  announcing = setTimeout(() => { $('#live').textContent = message; }, 150);
}

// Long lists come in pieces, each on request.
function inPieces(items, size, make, container) {
  let shown = 0;
  const more = h('button', { type: 'button', class: 'more-button', onclick: () => {
    const first = shown;
    show();
    container.children[first]?.querySelector('button, a, summary')?.focus();
  } });
  function show() {
    for (const it of items.slice(shown, shown + size)) container.append(make(it));
    shown = Math.min(items.length, shown + size);
    more.hidden = shown >= items.length;
    more.textContent = `Show ${number(Math.min(size, items.length - shown))} more of ${number(items.length - shown)}`;
  }
  show();
  return [container, more];
}

const emptyNote = (...what) => h('p', { class: 'empty' }, what);
// Long names may break after their punctuation.
const mono = t => h('code', null, t.split(/(?<=[._/:[\]-])/).flatMap((part, i) => i ? [h('wbr'), part] : part));
const place = (file, line, end) => file ? mono(line > 0 ? `${file}:${line}${end > line ? `–${end}` : ''}` : file) : null;

