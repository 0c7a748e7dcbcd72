// What could not be seen, and lines that will move.

function startUnseen() {
  const root = $('#unseen');
  const gaps = doc.sources.flatMap(src => (src.gaps ?? []).map(g => ({ ...g, source: src })));
  gaps.sort((x, y) => (y.error ? 1 : 0) - (x.error ? 1 : 0));
  const uncovered = doc.uncovered.reduce((n, u) => n + u.count, 0);
  root.append(
    h('div', { class: 'head' }, h('div', null, h('h2', { id: 'unseen-title' }, 'What could not be seen'),
      h('p', { class: 'lede' }, 'Nothing here counts as secure. An empty column elsewhere may only mean that nobody could look.'))),
    h('div', { class: 'unseen' },
      h('section', { class: 'card' }, h('h3', null, 'Gaps in the sources ', h('span', { class: 'n' }, number(gaps.length))),
        gaps.length ? inPieces(gaps, 20, gapItem, h('ul', { class: 'plain-list' })) : emptyNote('Every source was read in full.')),
      h('section', { class: 'card' }, h('h3', null, 'Types not covered ', h('span', { class: 'n' }, number(doc.uncovered.length))),
        doc.uncovered.length ? [h('p', { class: 'muted' }, `${countOf(uncovered, 'resource')} of types no catalogue file covers: read, but not judged.`),
          inPieces(doc.uncovered, 20, u => h('li', null, h('p', null, mono(u.type), ' ', h('b', null, number(u.count))),
            h('p', { class: 'muted small' }, (u.addresses ?? []).map((x, i) => [i ? ', ' : '', mono(x)]), u.count > (u.addresses ?? []).length ? ', …' : '')), h('ul', { class: 'plain-list' }))]
          : emptyNote('Every resource type met is in the catalogue.')),
      h('section', { class: 'card' }, h('h3', null, 'Limits of this run ', h('span', { class: 'n' }, number(doc.limitations.length))),
        doc.limitations.length ? h('ul', { class: 'plain-list' }, doc.limitations.map(l => h('li', null, l))) : emptyNote('None stated.'))));
}

function gapItem(g) {
  return h('li', { class: g.error ? 'broken' : null },
    h('p', null, g.error && h('span', { class: 'tag bad' }, 'broken input'), gapWhat(g)),
    g.mend && h('p', { class: 'do' }, h('b', null, 'To see it: '), g.mend),
    h('p', { class: 'muted small' }, place(g.location?.file, g.location?.line) ?? mono(g.source.path)));
}

// gapWhat begins with the kind of gap, unless the text does itself.
function gapWhat(g) {
  const kind = words(g.kind);
  return g.what.toLowerCase().startsWith(`${kind} `) ? [h('b', null, capital(kind)), g.what.slice(kind.length)] : [h('b', null, capital(kind)), ` ${g.what}`];
}

function startCalendar() {
  const root = $('#calendar');
  root.append(h('div', { class: 'head' }, h('div', null, h('h2', { id: 'calendar-title' }, 'Lines that will move'),
    h('p', { class: 'lede' }, 'Duties that change hands on a known date.'))));
  if (!doc.calendar.length) return root.append(emptyNote('No line is known to move.'));
  root.append(h('ol', { class: 'calendar' }, doc.calendar.map(m => {
    const parties = { customer: 'you', provider: 'the provider', unknown: 'an unknown owner' };
    const from = parties[doc.owners[m.owner]], to = m.to ? parties[m.to] ?? partyTitle(m.to) : 'another owner';
    return h('li', null, h('time', { datetime: m.on }, day(m.on), m.on < doc.assessed_at.slice(0, 10) && h('span', { class: 'tag bad' }, 'past')),
      h('div', { class: 'move' },
        h('p', null, h('b', null, respName(doc.resps[m.resp])), h('span', { class: 'muted' }, ` · ${doc.rows[doc.resps[m.resp].row].title}`)),
        h('p', { class: 'from-to' }, from === to ? `stays with ${to}, on new terms, on ` : `from ${from} to ${to}, on `, countOf(m.count, 'asset')),
        m.assets?.length > 0 && h('p', { class: 'asset-links' }, m.assets.slice(0, 6).map(assetLink), m.count > 6 && h('span', { class: 'muted' }, `and ${number(m.count - 6)} more`))));
  })));
}

const assetLink = a => h('button', { type: 'button', class: 'quiet', onclick: () => openPanel('asset', text(A.id[a])) }, text(A.name[a]));

