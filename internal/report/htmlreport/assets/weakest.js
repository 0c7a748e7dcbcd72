// Weakest links: what puts most at risk, and what to do first.

function startWeakest() {
  const root = $('#weakest');
  root.append(h('div', { class: 'head' }, h('div', null, h('h2', { id: 'weakest-title' }, 'Weakest links first'),
    h('p', { class: 'lede' }, 'Duties that put most at risk: severity × exposure × what can be reached from them.'))));
  if (!doc.weakest.length) return root.append(emptyNote('No failing or unverified duty puts anything measurable at risk. That says nothing about what could not be seen.'));
  root.append(...inPieces(doc.weakest, 6, weakestCard, h('ol', { class: 'cards' })));
}

function weakestCard(w) {
  const asset = assetByID.get(w.asset), finding = (w.findings ?? []).map(f => findingByPrint.get(f)).find(f => f !== undefined);
  const resp = doc.resps.find(r => r.id === w.responsibility);
  const severity = doc.severities.indexOf(w.severity);
  return h('li', { class: `card link sev-edge-${w.severity}` },
    h('div', { class: 'card-top' }, h('span', { class: 'rank', 'aria-label': `Rank ${w.rank}` }, w.rank),
      severity >= 0 && severityMark(severity),
      h('span', { class: `exposed exposed-${w.exposed}` }, { yes: 'Exposed', no: 'Not exposed' }[w.exposed] ?? 'Exposure unknown'),
      h('span', { class: 'reach' }, w.reaches ? `Reaches ${countOf(w.reaches, 'asset')}` : 'Reaches nothing else')),
    h('h3', null, w.title),
    h('p', { class: 'address' }, mono(w.address), resp && h('span', { class: 'muted' }, ` · ${respName(resp)}`)),
    h('p', null, w.why),
    w.through?.length > 1 && chain(w.through),
    w.do && h('div', { class: 'do' }, h('b', null, 'First: '), advice(w.do)),
    h('p', { class: 'card-links' },
      finding !== undefined && h('button', { type: 'button', class: 'quiet', onclick: () => openPanel('finding', text(F.fingerprint[finding])) }, 'Finding'),
      asset !== undefined && h('button', { type: 'button', class: 'quiet', onclick: () => openPanel('asset', w.asset) }, 'Asset')));
}

function chain(ids) {
  return h('ol', { class: 'chain', 'aria-label': 'Path' }, ids.map((id, i) => {
    const a = assetByID.get(id);
    const name = a === undefined ? id : text(A.name[a]), kind = a === undefined ? '' : text(A.kind_title[a]);
    const inner = [h('span', { class: 'chain-name' }, name), h('span', { class: 'chain-kind' }, kind)];
    return h('li', { class: i === 0 ? 'from' : i === ids.length - 1 ? 'to' : null },
      a === undefined ? h('span', { class: 'chain-node' }, inner)
        : h('button', { type: 'button', class: 'chain-node', onclick: () => openPanel('asset', id) }, inner));
  }));
}

