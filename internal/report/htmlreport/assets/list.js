// A list with search, facets, sorting and pages. Only a page's rows exist as
// elements, so that 20,000 records stay quick. Its state lives in the URL
// under the list's own prefix.

const pageSize = 25;

function list({ root, prefix, one, many, count, facets, columns, row, haystack, preset = {}, sort: firstSort }) {
  const it = { q: '', picked: {}, sort: firstSort, down: false, page: 0, items: [] };
  const facetOf = id => facets.find(f => f.id === id);
  let hay; // searched text, made when first searched

  const search = h('input', { type: 'search', id: `${prefix}-search`, placeholder: `Search ${many}`, 'aria-label': `Search ${many}`, autocomplete: 'off', spellcheck: 'false' });
  let typing;
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => { it.q = search.value; it.page = 0; save(); draw(); }, 120);
  });
  const facetBar = h('div', { class: 'facets' }, facets.map(facetButton));
  const chips = h('div', { class: 'chips' });
  const status = h('p', { class: 'result-count' });
  const body = h('tbody');
  const head = h('tr', null, columns.map(c => h('th', { scope: 'col', class: c.class, 'data-col': c.id }, c.sort
    ? h('button', { type: 'button', onclick: () => sortBy(c.id) }, c.title, h('span', { class: 'arrow', 'aria-hidden': 'true' }))
    : c.title)));
  const table = h('table', { class: `list ${prefix}-list`, 'aria-label': capital(many) }, h('thead', null, head), body);
  const pager = h('nav', { class: 'pager', 'aria-label': `Pages of ${many}` });
  root.append(h('div', { class: 'filters' }, search, facetBar), chips, status, h('div', { class: 'table-scroll' }, table), pager);

  function facetButton(f) {
    const box = h('div', { class: 'facet-box' });
    const el = h('details', { class: 'facet', 'data-facet': f.id }, h('summary', null, f.title), box);
    el.addEventListener('toggle', () => {
      if (!el.open) return box.replaceChildren();
      for (const other of $$('details.facet[open]')) if (other !== el) other.open = false;
      fillFacet(f, box);
    });
    el.addEventListener('keydown', e => {
      if (e.key !== 'Escape' || !el.open) return;
      e.stopPropagation();
      el.open = false;
      $('summary', el).focus();
    });
    return el;
  }

  // A facet's options are counted under all other filters.
  function fillFacet(f, box) {
    const counts = new Map();
    for (const i of matching(f.id)) {
      const k = f.get(i);
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    for (const k of it.picked[f.id] ?? []) if (!counts.has(k)) counts.set(k, 0);
    const order = k => (f.order ? f.order.indexOf(k) : 0);
    const keys = [...counts.keys()].sort((x, y) => order(x) - order(y) || (f.order ? 0 : counts.get(y) - counts.get(x)) || f.label(x).localeCompare(f.label(y)));
    const options = h('div', { class: 'facet-options', role: 'group', 'aria-label': f.title }, keys.map(k =>
      h('label', { 'data-name': f.label(k).toLowerCase() }, h('input', { type: 'checkbox', value: k, ...(it.picked[f.id]?.has(k) ? { checked: true } : {}), onchange: e => pick(f.id, k, e.target.checked) }),
        h('span', { class: 'facet-name' }, f.label(k)), h('span', { class: 'n' }, number(counts.get(k))))));
    box.replaceChildren(...(keys.length > 12 ? [h('input', { type: 'search', placeholder: `Find ${f.title.toLowerCase()}`, 'aria-label': `Find ${f.title.toLowerCase()}`, oninput: e => {
      for (const l of options.children) l.hidden = !l.dataset.name.includes(e.target.value.toLowerCase());
    } })] : []), options, keys.length ? '' : emptyNote('Nothing to choose from.'));
  }

  function pick(id, key, on) {
    const set = it.picked[id] ??= new Set();
    if (on) set.add(key); else set.delete(key);
    if (!set.size) delete it.picked[id];
    it.page = 0;
    save();
    draw();
  }

  function* matching(except) {
    const q = it.q.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const tests = Object.entries(it.picked).filter(([id]) => id !== except).map(([id, set]) => [facetOf(id).get, set]);
    if (q.length) hay ??= Array.from({ length: count }, (_, i) => haystack(i).toLowerCase());
    next: for (let i = 0; i < count; i++) {
      for (const [get, set] of tests) if (!set.has(get(i))) continue next;
      for (const word of q) if (!hay[i].includes(word)) continue next;
      yield i;
    }
  }

  function sortBy(id) {
    if (it.sort === id) it.down = !it.down; else { it.sort = id; it.down = false; }
    it.page = 0;
    save();
    draw();
  }

  function draw() {
    it.items = [...matching()];
    const column = columns.find(c => c.id === it.sort);
    if (column?.sort) {
      const key = it.items.map(column.sort), at = new Map(it.items.map((x, i) => [x, i]));
      const compare = (x, y) => (typeof x === 'number' ? x - y : x < y ? -1 : x > y ? 1 : 0);
      it.items.sort((x, y) => compare(key[at.get(x)], key[at.get(y)]) * (it.down ? -1 : 1) || x - y);
    }
    for (const th of head.children) {
      const on = th.dataset.col === it.sort;
      if ($('button', th)) th.setAttribute('aria-sort', on ? (it.down ? 'descending' : 'ascending') : 'none');
    }
    for (const el of facetBar.children) {
      const n = it.picked[el.dataset.facet]?.size ?? 0;
      $('summary', el).replaceChildren(facetOf(el.dataset.facet).title, n ? h('span', { class: 'n' }, n) : '');
      el.classList.toggle('on', n > 0);
    }
    drawChips();
    drawPage();
  }

  function drawChips() {
    chips.replaceChildren(...Object.entries(it.picked).flatMap(([id, set]) => [...set].map(k => {
      const f = facetOf(id);
      return h('button', { type: 'button', class: 'chip', 'aria-label': `Remove filter ${f.title}: ${f.label(k)}`, onclick: () => { pick(id, k, false); search.focus(); } },
        h('span', { class: 'muted' }, `${f.title}: `), f.label(k), s('svg', { 'aria-hidden': 'true' }, s('use', { href: '#i-close' })));
    })), ...(Object.keys(it.picked).length || it.q ? [h('button', { type: 'button', class: 'quiet', onclick: () => { clear(); search.focus(); } }, 'Clear all')] : []));
  }

  function drawPage() {
    const n = it.items.length, pages = Math.max(1, Math.ceil(n / pageSize));
    it.page = Math.min(it.page, pages - 1);
    const from = it.page * pageSize, to = Math.min(n, from + pageSize);
    body.replaceChildren(...it.items.slice(from, to).map(row));
    const said = n === count ? countOf(n, one, many) : `${countOf(n, one, many)} of ${number(count)}`;
    status.textContent = n > pageSize ? `${said}, ${number(from + 1)} to ${number(to)} shown` : said;
    if (it.drawn) announce(status.textContent);
    it.drawn = true;
    table.hidden = n === 0;
    pager.replaceChildren(...(n === 0 ? [emptyNote(count ? `No ${one} matches these filters.` : `This report holds no ${many}.`)] : []), ...(pages > 1 ? [
      h('button', { type: 'button', disabled: it.page === 0, onclick: () => turn(-1) }, 'Previous'),
      h('span', null, `Page ${number(it.page + 1)} of ${number(pages)}`),
      h('button', { type: 'button', disabled: it.page === pages - 1, onclick: () => turn(1) }, 'Next')] : []));
  }

  function turn(by) {
    it.page += by;
    save();
    drawPage();
    table.scrollIntoView({ block: 'start' });
    const button = $$('button', pager)[by < 0 ? 0 : 1];
    (button?.disabled ? $$('button', pager)[by < 0 ? 1 : 0] : button)?.focus({ preventScroll: true });
  }

  function clear() {
    it.q = search.value = '';
    it.picked = {};
    it.page = 0;
    save();
    draw();
  }

  const key = id => `${prefix}.${id}`;
  const joined = set => [...set].map(encodeURIComponent).sort().join('~');

  function save() {
    const changes = { [key('q')]: it.q, [key('sort')]: it.sort === firstSort && !it.down ? null : (it.down ? '-' : '') + it.sort, [key('page')]: it.page ? it.page + 1 : null };
    for (const f of facets) {
      const set = it.picked[f.id], usual = preset[f.id];
      // A preset facet that was cleared must be told apart from an untouched one.
      changes[key(f.id)] = set ? (usual && joined(new Set(usual)) === joined(set) ? null : joined(set)) : usual ? '*' : null;
    }
    remember(changes, { section: prefix });
  }

  function restore() {
    it.q = search.value = state.values.get(key('q')) ?? '';
    const sort = state.values.get(key('sort')) ?? firstSort;
    it.down = sort.startsWith('-');
    it.sort = sort.replace(/^-/, '');
    it.page = Math.max(0, (Number(state.values.get(key('page'))) || 1) - 1);
    it.picked = {};
    for (const f of facets) {
      const v = state.values.get(key(f.id));
      if (v === '*') continue;
      if (v !== null) it.picked[f.id] = new Set(v.split('~').map(decodeURIComponent));
      else if (preset[f.id]) it.picked[f.id] = new Set(preset[f.id]);
    }
    draw();
  }

  // show sets all filters at once, for links from elsewhere in the page.
  function show(picked, q = '') {
    it.q = search.value = q;
    it.picked = Object.fromEntries(Object.entries(picked).map(([k, v]) => [k, new Set(v)]));
    it.page = 0;
    save();
    draw();
  }

  onAddress(restore);
  return { show, get items() { return it.items; } };
}

document.addEventListener('click', e => {
  for (const d of $$('details.facet[open]')) if (!d.contains(e.target)) d.open = false;
});

