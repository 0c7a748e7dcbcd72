// The matrix: rows of the stack against columns, and through each column the
// demarcation line, with the customer's part to its left and the provider's to
// its right.

const mostColumns = 24;
const inset = 3; // percent kept at each side, so that a line at the edge shows
const along = share => inset + (100 - 2 * inset) * share;

const matrix = { by: 'model', open: new Set(), all: false, cells: [], at: [0, 0] };

function startMatrix() {
  const root = $('#matrix');
  const bys = doc.dimensions.filter(d => d.columns.length > 0);
  matrix.by = bys[0]?.id ?? 'model';
  const radios = h('div', { class: 'segmented', role: 'radiogroup', 'aria-label': 'Columns by' }, bys.map(d =>
    h('button', { type: 'button', role: 'radio', 'data-by': d.id, 'aria-checked': 'false', tabindex: '-1', onclick: () => chooseColumns(d.id) },
      d.title, ' ', h('span', { class: 'n' }, number(d.columns.length)))));
  radios.addEventListener('keydown', e => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const all = $$('button', radios), next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    chooseColumns(next.dataset.by);
    next.focus();
  });
  root.append(
    h('div', { class: 'head' },
      h('div', null, h('h2', { id: 'matrix-title' }, 'The demarcation line'),
        h('p', { class: 'lede' }, 'Left of the line is yours, right of it the provider’s. Every duty has one owner; where none is known, the line splits.')),
      h('div', { class: 'matrix-controls' }, bys.length > 0 && radios,
        h('button', { type: 'button', class: 'quiet', id: 'expand', onclick: toggleAllRows }, 'Expand all rows'))),
    h('div', { class: 'matrix-scroll', tabindex: '0', role: 'region', 'aria-label': 'Responsibility matrix, scrollable' }),
    h('div', { class: 'matrix-more' }),
    legend());
  $('.matrix-scroll', root).addEventListener('keydown', walkMatrix);
  onAddress(() => {
    const by = state.values.get('by');
    matrix.by = bys.some(d => d.id === by) ? by : bys[0]?.id ?? 'model';
    matrix.open = new Set((state.values.get('open') ?? '').split('~').filter(Boolean));
    drawMatrix();
  });
}

function chooseColumns(by) {
  matrix.by = by;
  matrix.at = [0, 0];
  remember({ by: by === doc.dimensions[0].id ? null : by });
  drawMatrix();
  announce(`Columns by ${dimensionOf(by).title.toLowerCase()}: ${number(dimensionOf(by).columns.length)}`);
}

function toggleRow(id) {
  if (!matrix.open.delete(id)) matrix.open.add(id);
  remember({ open: [...matrix.open].join('~') });
  drawMatrix();
  $(`#matrix [data-row="${CSS.escape(id)}"]`)?.focus();
}

function toggleAllRows() {
  matrix.open = matrix.open.size ? new Set() : new Set(doc.rows.map(r => r.id));
  remember({ open: [...matrix.open].join('~') });
  drawMatrix();
}

// The columns shown: the whole estate first, then those of the dimension.
function shownColumns() {
  const columns = dimensionOf(matrix.by)?.columns ?? [];
  const shown = matrix.all ? columns : columns.slice(0, mostColumns);
  return columns.length === 1 ? shown : [doc.whole, ...shown];
}

function drawMatrix() {
  for (const b of $$('#matrix [role=radio]')) {
    const on = b.dataset.by === matrix.by;
    b.setAttribute('aria-checked', on);
    b.tabIndex = on ? 0 : -1;
  }
  $('#expand').textContent = matrix.open.size ? 'Collapse all rows' : 'Expand all rows';
  const columns = shownColumns(), hidden = (dimensionOf(matrix.by)?.columns.length ?? 0) - mostColumns;
  $('#matrix .matrix-scroll').replaceChildren(matrixTable(columns, doc.rows, true));
  $('#matrix .matrix-more').replaceChildren(...(hidden > 0 && !matrix.all ? [h('button', { type: 'button', class: 'more-button', onclick: () => {
    matrix.all = true;
    drawMatrix();
  } }, `Show ${number(hidden)} more columns`)] : []));
}

// matrixTable draws the table; live ones answer to clicks and keys.
function matrixTable(columns, rows, live) {
  matrix.cells = live ? [] : matrix.cells;
  const lines = columns.map(() => null); // where each column's line last was
  const body = h('tbody');
  const draw = (r, resp) => {
    const line = [];
    body.append(h('tr', { class: resp === undefined ? `row${r.id === 'across' ? ' across' : ''}` : 'sub' },
      rowHeader(r, resp, live),
      columns.map((c, i) => {
        const counts = sumOf(c, resp === undefined ? r.resps : [resp]);
        const [td, edge] = cell(c, r, resp, counts, lines[i], live);
        lines[i] = edge;
        if (live) line.push($('button', td));
        return td;
      })));
    if (live) matrix.cells.push(line);
  };
  for (const r of rows) {
    if (r.id === 'across') lines.fill(null);
    draw(r);
    if (live && matrix.open.has(r.id)) for (const resp of r.resps) if (unfold(doc.whole).has(resp)) draw(r, resp);
  }
  const table = h('table', { class: `matrix${columns[0] === doc.whole && columns.length > 1 ? ' has-whole' : ''}`, ...(live ? { role: 'grid' } : {}), 'aria-label': `Rows of the stack by ${dimensionOf(matrix.by)?.title.toLowerCase()}` },
    h('thead', null, h('tr', null,
      h('th', { scope: 'col', class: 'corner' }, h('span', null, 'Rows of the stack')),
      columns.map(columnHeader))), body);
  table.style.setProperty('--columns', columns.length);
  if (live) for (const b of matrix.cells.flat()) if (b) b.tabIndex = -1;
  if (live) {
    const [y, x] = matrix.at;
    (matrix.cells[y]?.[x] ?? matrix.cells.flat().find(Boolean))?.setAttribute('tabindex', '0');
  }
  return table;
}

function columnHeader(c) {
  const all = emptyCounts();
  for (const counts of unfold(c).values()) counts.forEach((n, i) => { all[i] += n; });
  return h('th', { scope: 'col', class: c === doc.whole ? 'whole' : null },
    h('span', { class: 'col-title', title: c.title }, c.title),
    h('span', { class: 'col-sub' }, h('span', null, countOf(c.assets, 'asset')), ' ', h('span', null, h('b', null, percent(owned(all, CUSTOMER), total(all))), ' yours')));
}

function rowHeader(r, resp, live) {
  if (resp !== undefined) return h('th', { scope: 'row' }, h('span', { class: 'sub-title' }, h('b', null, layerOf(doc.resps[resp])), ` ${doc.resps[resp].title}`));
  if (!live) return h('th', { scope: 'row' }, h('span', { class: 'row-title' }, r.title));
  const open = matrix.open.has(r.id);
  return h('th', { scope: 'row' }, h('button', { type: 'button', class: 'row-title', 'data-row': r.id, 'aria-expanded': String(open), onclick: () => toggleRow(r.id) },
    s('svg', { class: 'chevron', 'aria-hidden': 'true' }, s('use', { href: '#i-chevron' })), h('span', null, r.title)));
}

// cell draws one cell and tells where its line ends, for the next one below.
function cell(column, r, resp, counts, above, live) {
  const n = total(counts), name = `${resp === undefined ? r.title : respName(doc.resps[resp])}, ${column.title}`;
  if (!n) return [h('td', { class: 'none' }, h('span', { class: 'visually-hidden' }, `${name}: no duty`), above ? thread(above) : h('span', { 'aria-hidden': 'true' }, '·')), above];
  const edge = edges(counts);
  const label = `${name}: ${describe(counts)}`;
  const face = [
    h('span', { class: 'visually-hidden' }, label),
    h('span', { class: 'face', 'aria-hidden': 'true', title: label }, split(counts, edge, above), badge(counts),
      h('span', { class: 'cell-n' },
        h('span', null, owned(counts, CUSTOMER) ? number(owned(counts, CUSTOMER)) : ''),
        h('span', null, owned(counts, PROVIDER) ? number(owned(counts, PROVIDER)) : '')))];
  return [h('td', { class: resp === undefined ? null : 'sub' }, live
    ? h('button', { type: 'button', class: 'cell', 'data-row-id': r.id, onclick: () => openPanel('cell', matrix.by, column === doc.whole ? '*' : '=' + column.key, r.id, resp === undefined ? '' : doc.resps[resp].id) }, face)
    : h('div', { class: 'cell' }, face)), edge];
}

// thread leads the line through a row in which a column has no duty.
function thread([left, right]) {
  return h('div', { class: 'cell', 'aria-hidden': 'true' }, s('svg', { class: 'split' },
    [...new Set([left, right])].map(x => s('line', { class: 'thread', x1: `${x}%`, x2: `${x}%`, y1: '0', y2: '100%' }))));
}

function edges(counts) {
  const n = total(counts), customer = owned(counts, CUSTOMER);
  return [along(customer / n), along((customer + owned(counts, UNKNOWN_OWNER)) / n)];
}

// split draws who owns what: the customer's part, the unknown, the provider's,
// and the line between, joined to the line of the row above.
function split(counts, [left, right], above) {
  const part = (x, to, name) => to > x && s('rect', { x: `${x}%`, y: '0', width: `${to - x}%`, height: '100%', fill: `url(#p-${name})` });
  const mine = worst(counts, CUSTOMER), theirs = worst(counts, PROVIDER), unsure = right > left;
  const upright = x => [x, '0', x, '100%'], across = (x, to) => [x, '0', to, '0'];
  const strokes = unsure ? [upright(left), upright(right)] : [upright(left)];
  if (above) {
    if (above[0] !== left) strokes.push(across(above[0], left));
    if (unsure || above[1] !== above[0]) if (above[1] !== right) strokes.push(across(above[1], right));
  }
  const draw = cls => strokes.map(([x1, y1, x2, y2]) => s('line', { class: cls, x1: `${x1}%`, y1, x2: `${x2}%`, y2 }));
  return s('svg', { class: 'split', 'aria-hidden': 'true' },
    mine >= 0 && part(0, left, doc.statuses[mine]),
    unsure && part(left, right, 'unknown-owner'),
    theirs >= 0 && part(right, 100, doc.statuses[theirs]),
    above && s('line', { class: 'rowline', x1: '0', x2: '100%', y1: '0', y2: '0' }),
    strip(counts, CUSTOMER, 0, left), strip(counts, PROVIDER, right, 100),
    draw(unsure ? 'demarc unsure' : 'demarc'));
}

// strip tells at the foot of a part how much of it has which status.
function strip(counts, owner, from, to) {
  const n = owned(counts, owner);
  let x = from;
  const pieces = doc.statuses.map((name, i) => {
    const width = (to - from) * counts[owner * STATUSES + i] / (n || 1);
    x += width;
    return width > 0 && s('rect', { class: `strip ink-${name}`, x: `${x - width}%`, y: '100%', width: `${width}%`, height: '4', transform: 'translate(0 -4)' });
  }).filter(Boolean);
  return pieces.length > 1 ? pieces : null;
}

function badge(counts) {
  const w = worst(counts), name = doc.statuses[w];
  return h('span', { class: `badge ink-${name}` }, icon(name), number(ofStatus(counts, w)));
}

// describe says in words everything a cell shows.
function describe(counts) {
  const n = total(counts), w = worst(counts);
  const owners = [[CUSTOMER, 'yours'], [UNKNOWN_OWNER, 'with unknown owner'], [PROVIDER, 'the provider’s']]
    .filter(([o]) => owned(counts, o)).map(([o, name]) => `${number(owned(counts, o))} ${name} (${percent(owned(counts, o), n)})`);
  const all = doc.statuses.map((_, i) => i).filter(i => ofStatus(counts, i)).map(i => `${number(ofStatus(counts, i))} ${statusTitle(i).toLowerCase()}`);
  return `${countOf(n, 'duty', 'duties')}: ${owners.join(', ')}. Worst: ${statusTitle(w).toLowerCase()}. ${all.join(', ')}.`;
}

function walkMatrix(e) {
  const here = e.target.closest?.('.cell');
  if (!here) return;
  let y = matrix.cells.findIndex(line => line.includes(here)), x = matrix.cells[y]?.indexOf(here);
  if (y < 0) return;
  const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[e.key];
  let to;
  if (step) {
    do {
      y += step[0];
      x += step[1];
      to = matrix.cells[y]?.[x];
    } while (!to && y >= 0 && y < matrix.cells.length && x >= 0 && x < matrix.cells[0].length);
  } else if (e.key === 'Home') to = matrix.cells[y].find(Boolean);
  else if (e.key === 'End') to = matrix.cells[y].findLast(Boolean);
  else return;
  e.preventDefault();
  if (!to) return;
  here.tabIndex = -1;
  to.tabIndex = 0;
  matrix.at = [matrix.cells.findIndex(line => line.includes(to)), 0];
  matrix.at[1] = matrix.cells[matrix.at[0]].indexOf(to);
  to.focus();
}

function legend() {
  const swatch = name => s('svg', { class: 'swatch', 'aria-hidden': 'true' }, s('rect', { width: '100%', height: '100%', fill: `url(#p-${name})` }));
  const item = (name, title, meaning) => h('li', null, swatch(name), name === 'unknown-owner' ? null : icon(name), h('span', null, h('b', null, title), ` ${meaning}`));
  return h('div', { class: 'legend' },
    h('h3', { class: 'visually-hidden' }, 'How to read it'),
    h('ul', null,
      ['failing', 'unverified', 'waived', 'verified'].map(n => item(n, statusTitles[n], statusMeaning[n])),
      item('unknown-owner', 'Owner unknown', 'between two broken lines'),
      ['unassured', 'lapsed', 'assured'].map(n => item(n, statusTitles[n], statusMeaning[n]))),
    h('p', null, 'A part is coloured by the worst status in it; the badge counts the duties of the worst status in the cell. The strip at the foot shows how much of a part has which status. The small numbers are duties: yours left, the provider’s right.'));
}

