// The panel at the side: a cell's duties, an asset's stack, or a finding. The
// dialog element keeps the focus inside; we give it back when it closes.

const panel = { trail: [], from: null };

const partsOf = spec => spec.split('/').map(decodeURIComponent);

function openPanel(...parts) {
  const dialog = $('#panel');
  if (!dialog.open) {
    panel.from = document.activeElement;
    panel.trail = [];
  }
  const spec = parts.map(encodeURIComponent).join('/');
  panel.trail.push(spec);
  remember({ panel: spec }, { push: true });
  drawPanel(spec);
}

function backPanel() {
  panel.trail.pop();
  const spec = panel.trail.at(-1);
  remember({ panel: spec });
  drawPanel(spec);
}

function closePanel() {
  $('#panel').close();
}

function startPanel() {
  const dialog = $('#panel');
  dialog.addEventListener('close', () => {
    panel.trail = [];
    if (state.values.get('panel')) remember({ panel: null }, { push: true });
    dialog.replaceChildren();
    if (panel.from?.isConnected) panel.from.focus();
    panel.from = null;
  });
  dialog.addEventListener('click', e => { if (e.target === dialog) closePanel(); });
  onAddress(() => {
    const spec = state.values.get('panel');
    if (!spec) return dialog.open && closePanel();
    if (panel.trail.at(-1) === spec) return;
    panel.trail = [spec];
    drawPanel(spec);
  });
}

function drawPanel(spec) {
  const dialog = $('#panel'), [what, ...rest] = partsOf(spec);
  const draw = { cell: cellPanel, status: statusPanel, asset: assetPanel, finding: findingPanel }[what];
  const { kicker, title, body } = draw?.(...rest) ?? { kicker: 'Panel', title: 'Not in this report', body: [emptyNote('The address names something this report does not hold.')] };
  const close = h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: closePanel }, s('svg', { 'aria-hidden': 'true' }, s('use', { href: '#i-close' })));
  dialog.replaceChildren(
    h('div', { class: 'panel-head' },
      panel.trail.length > 1 && h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Back', onclick: backPanel }, s('svg', { 'aria-hidden': 'true' }, s('use', { href: '#i-back' }))),
      h('div', { class: 'panel-title' }, h('p', { class: 'kicker' }, kicker), h('h2', { id: 'panel-title', tabindex: '-1' }, title)), close),
    h('div', { class: 'panel-body', tabindex: '0', role: 'region', 'aria-labelledby': 'panel-title' }, body));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  $('#panel-title').focus();
}

// --- a cell

function cellPanel(by, column, rowID, respID) {
  const dim = dimensionOf(by), r = doc.rows.find(x => x.id === rowID);
  const col = column === '*' ? doc.whole : dim?.columns.find(c => '=' + c.key === column);
  const only = doc.resps.findIndex(x => x.id === respID);
  if (!dim || !r || !col) return null;
  const resps = only >= 0 ? [only] : r.resps, wanted = new Set(resps);
  const inCell = d => wanted.has(L.resp[D.line[d]]) && (col === doc.whole || columnOf[by](d) === col.key);
  const duties = range(0, dutyCount).filter(inCell), counts = sumOf(col, resps);
  const missing = total(counts) - duties.length;
  const assets = new Set(duties.map(d => assetOf[d]));
  const findings = [...assets].flatMap(a => findingsOf(a).filter(f => wanted.has(F.resp[f]) && ['fail', 'unknown'].includes(text(F.result[f]))))
    .sort((x, y) => x - y);
  const filters = { row: [rowID], result: ['fail', 'unknown'], ...(col === doc.whole || by === 'model' ? {} : { [by]: [col.key] }) };
  return {
    kicker: `${dim.title}: ${col.title}`,
    title: only >= 0 ? respName(doc.resps[only]) : r.title,
    body: [
      h('div', { class: 'big-split', role: 'img', 'aria-label': describe(counts) }, split(counts, edges(counts), null)),
      h('p', { class: 'split-words' }, [CUSTOMER, UNKNOWN_OWNER, PROVIDER].map(o => owned(counts, o) > 0 && h('span', null, h('b', null, percent(owned(counts, o), total(counts))), ` ${ownerTitles[o].toLowerCase()} · ${number(owned(counts, o))}`))),
      h('ul', { class: 'status-row' }, doc.statuses.map((n, i) => ofStatus(counts, i) > 0 && h('li', null, icon(n), h('b', null, number(ofStatus(counts, i))), ` ${statusTitle(i).toLowerCase()}`))),
      missing > 0 && h('p', { class: 'note' }, `The counts are complete, but this bounded page lists only ${number(duties.length)} of these ${number(total(counts))} duties. Everything: `, mono(doc.left_out?.complete ?? '')),
      h('h3', null, `Findings behind it `, h('span', { class: 'n' }, number(findings.length))),
      findings.length ? [inPieces(findings, 8, findingItem, h('ul', { class: 'items' })),
        by !== 'model' && h('button', { type: 'button', class: 'quiet', onclick: () => { closePanel(); findingList.show(filters); goTo('findings'); } }, 'Filter the findings table like this')]
        : emptyNote(worst(counts) === UNVERIFIED ? 'No check gave a finding here. That is why these duties are unverified, not verified.' : 'None fails, and none is unverified.'),
      h('h3', null, 'Duties ', h('span', { class: 'n' }, number(duties.length))),
      resps.map(resp => dutyGroup(resp, duties.filter(d => L.resp[D.line[d]] === resp), resps.length === 1)),
    ],
  };
}

// --- every duty of the customer's with one status

function statusPanel(name) {
  const status = doc.statuses.indexOf(name);
  if (status < 0) return null;
  const duties = range(0, dutyCount).filter(d => D.status[d] === status && L.owner[D.line[d]] === CUSTOMER);
  const all = [...unfold(doc.whole).values()].reduce((n, c) => n + c[CUSTOMER * STATUSES + status], 0);
  const resps = doc.rows.flatMap(r => r.resps);
  const checked = duties.filter(d => D.evidence[d] >= 0).length;
  return {
    kicker: `Your duties: ${statusMeaning[name]}`,
    title: `${number(all)} ${statusTitle(status).toLowerCase()}`,
    body: [
      status === UNVERIFIED && duties.length > 0 && h('p', { class: 'note' }, `No check looked at ${number(duties.length - checked)} of them; for ${number(checked)}, every check that did could not tell.`),
      all > duties.length && h('p', { class: 'note' }, `This bounded page lists ${number(duties.length)} of them. Everything: `, mono(doc.left_out?.complete ?? '')),
      duties.length ? doc.rows.map(r => {
        const mine = duties.filter(d => doc.resps[L.resp[D.line[d]]].row === doc.rows.indexOf(r));
        return mine.length > 0 && [h('h3', null, r.title, ' ', h('span', { class: 'n' }, number(mine.length))), resps.filter(x => doc.resps[x].row === doc.rows.indexOf(r)).map(x => dutyGroup(x, mine.filter(d => L.resp[D.line[d]] === x), false))];
      }) : emptyNote('None.'),
    ],
  };
}

function dutyGroup(resp, duties, open) {
  if (!duties.length) return null;
  const c = countDuties(duties), w = worst(c);
  const sorted = [...duties].sort((x, y) => D.status[x] - D.status[y] || assetOf[x] - assetOf[y]);
  const box = h('div', null);
  const el = h('details', { class: 'group' }, h('summary', null, icon(statusKeys[w], statusTitle(w)), h('span', { class: 'group-title' }, respName(doc.resps[resp])),
    h('span', { class: 'mini', role: 'img', 'aria-label': describe(c) }, split(c, edges(c), null)), h('span', { class: 'n' }, number(duties.length))), box);
  el.addEventListener('toggle', () => {
    if (el.open && !box.firstChild) box.append(...inPieces(sorted, 20, dutyItem, h('ul', { class: 'items' })));
  });
  el.open = open;
  return el;
}

function dutyItem(d) {
  const a = assetOf[d], line = D.line[d];
  return h('li', null, icon(statusKeys[D.status[d]], statusTitle(D.status[d])),
    h('div', null, h('button', { type: 'button', class: 'row-button', onclick: () => openPanel('asset', text(A.id[a])) }, text(A.name[a])),
      h('span', { class: 'message' }, mono(text(A.address[a])))),
    h('span', { class: `owner owner-${doc.owners[L.owner[line]]}` }, ownerOf(d)));
}

function ownerOf(d) {
  const line = D.line[d], o = L.owner[line], party = text(L.party[line]), team = text(D.team[d]);
  if (o === CUSTOMER) return team ? `Yours · ${team}` : 'Yours';
  if (o === PROVIDER) return partyTitle(party) || 'Provider';
  return 'Owner unknown';
}

function findingItem(f) {
  return h('li', null, severityMark(F.severity[f]), h('div', null,
    h('button', { type: 'button', class: 'row-button', onclick: () => openPanel('finding', text(F.fingerprint[f])) }, text(F.title[f])),
    h('span', { class: 'message' }, mono(text(F.address[f])))), resultMark(text(F.result[f])));
}

// --- an asset

function assetPanel(id) {
  const a = assetByID.get(id);
  if (a === undefined) return null;
  const duties = dutiesOf(a), more = A.more[a], facts = factsOf(a);
  const findings = findingsOf(a).slice().sort((x, y) => resultOrder.indexOf(text(F.result[x])) - resultOrder.indexOf(text(F.result[y])) || x - y);
  const about = [['Address', mono(text(A.address[a]))], ['Kind', capital(text(A.kind_title[a]))], ['Service', text(A.service_name[a])], ['Native type', text(A.native_type[a]) && mono(text(A.native_type[a]))],
    ['Model', columnTitle('model', text(A.model[a]))], ['Account', text(A.account[a])], ['Region', text(A.region[a])], ['Environment', text(A.environment[a])], ['Team', text(A.team[a])],
    ['Where', place(text(A.file[a]), A.line[a])],
    ['Called by', more?.calls && pairs(more.calls).map(([f, l], i) => [i ? ', ' : '', place(text(f), l)])],
    ['Folded in', more?.addresses && more.addresses.slice(1).map((x, i) => [i ? ', ' : '', mono(text(x))])],
    ['Tags', more?.tags && Object.keys(more.tags).length > 0 && Object.entries(more.tags).map(([k, v]) => h('span', { class: 'tag' }, `${k}: ${v}`))]];
  return {
    kicker: `${partyTitle(text(A.provider[a]))} · ${text(A.service_name[a])}`,
    title: text(A.name[a]),
    body: [
      h('dl', { class: 'about brief' }, about.filter(([, v]) => v && (!Array.isArray(v) || v.length)).map(([k, v]) =>
        h('div', { class: ['Address', 'Where', 'Called by', 'Folded in', 'Tags'].includes(k) ? 'long' : null }, h('dt', null, k), h('dd', null, v)))),
      more?.elsewhere && h('p', { class: 'note' }, 'Only a part of this asset is in the sources: its main resource is elsewhere.'),
      !A.detailed[a] && h('p', { class: 'note' }, 'This bounded page leaves out the duties and facts of this asset. Everything: ', mono(doc.left_out?.complete ?? '')),
      duties.length > 0 && [h('h3', null, 'Its stack'), stack(a, duties, facts)],
      h('h3', null, 'Findings ', h('span', { class: 'n' }, number(findings.length))),
      findings.length ? inPieces(findings, 10, findingItem, h('ul', { class: 'items' })) : emptyNote('No check gave a finding on this asset.'),
      more && [h('h3', null, 'Facts ', h('span', { class: 'n' }, number(facts.length))), facts.length ? factTable(facts) : emptyNote('No facts were read.')],
      more?.relations && [h('h3', null, 'Relations ', h('span', { class: 'n' }, number(more.relations.length / 3))), relations(more.relations)],
    ],
  };
}

const pairs = xs => range(0, xs.length / 2).map(i => [xs[2 * i], xs[2 * i + 1]]);

function factsOf(a) {
  const xs = A.more[a]?.facts ?? [];
  return range(0, xs.length / 8).map(i => {
    const [name, value, unknown, how, attribute, address, file, line] = xs.slice(8 * i, 8 * i + 8);
    return { name: text(name), known: value >= 0, value: doc.values[value], unknown: text(unknown), how: text(how), attribute: text(attribute), address: text(address), file: file < 0 ? text(A.file[a]) : text(file), line };
  });
}

// stack draws the asset's rows top to bottom, its own line through them.
function stack(a, duties, facts) {
  let above = null;
  return h('div', { class: 'stack' }, doc.rows.map(r => {
    const mine = duties.filter(d => doc.resps[L.resp[D.line[d]]].row === doc.rows.indexOf(r));
    if (!mine.length) return null;
    const c = countDuties(mine), edge = edges(c), w = worst(c);
    if (r.id === 'across') above = null;
    const figure = h('div', { class: 'band-split', role: 'img', 'aria-label': describe(c) }, split(c, edge, above));
    above = edge;
    return h('section', { class: `band${r.id === 'across' ? ' across' : ''}` },
      h('div', { class: 'band-head' }, figure, h('h4', null, icon(statusKeys[w], statusTitle(w)), r.title)),
      h('div', { class: 'band-duties' }, mine.map(d => dutyDetail(d, facts))));
  }));
}

function dutyDetail(d, facts) {
  const line = D.line[d], b = doc.bases[L.basis[line]];
  const box = h('div', { class: 'duty-box' });
  const el = h('details', { class: `duty owner-${doc.owners[L.owner[line]]}` }, h('summary', null,
    icon(statusKeys[D.status[d]]), h('span', { class: 'duty-title' }, respName(doc.resps[L.resp[line]])),
    h('span', { class: 'duty-who' }, h('span', { class: 'muted' }, statusTitle(D.status[d])), h('span', { class: `owner owner-${doc.owners[L.owner[line]]}` }, ownerOf(d)),
      b?.i && h('span', { class: 'tag' }, 'inferred'), text(L.on[line]) && h('span', { class: 'tag' }, `moves ${day(text(L.on[line]))}`))), box);
  el.addEventListener('toggle', () => { if (el.open && !box.firstChild) box.append(basisOf(d, b, facts)); });
  return el;
}

function basisOf(d, b, facts) {
  const line = D.line[d], deciding = (b.f ?? []).map(text);
  const evidence = D.evidence[d] >= 0 ? pairs(doc.evidence[D.evidence[d]]) : [];
  const possible = (L.possible[line] ?? []).map(text);
  const items = [
    ['Why this owner', [text(b.n) || 'By the rule below.', ' ', h('span', { class: 'muted' }, 'Rule '), mono(text(b.r))]],
    ['Document', b.u || b.d ? [link(text(b.u), text(b.d)), b.v && h('span', { class: 'muted' }, ` · verified on ${day(text(b.v))}`)] : h('span', null, h('span', { class: 'tag' }, 'inferred'), ' No document states this ownership.')],
    ['Could be', possible.length > 0 && possible.map(p => partyTitle(p)).join(' or ')],
    ['Decided by', deciding.length > 0 && h('ul', { class: 'plain-list' }, deciding.map(n => {
      const f = facts.find(x => x.name === n);
      return h('li', null, mono(n), f ? [' ', factValue(f), ' ', factOrigin(f)] : h('span', { class: 'muted' }, ' not a fact of this asset'));
    }))],
    ['Evidence', evidence.length ? h('ul', { class: 'plain-list' }, evidence.map(([c, r]) => h('li', null, resultMark(text(r)), ' ', mono(text(c)))))
      : h('span', { class: 'muted' }, L.owner[line] === PROVIDER ? 'The provider’s duty: no check runs.' : 'No check looked at this duty.')],
    ['Will move', text(L.on[line]) && `on ${day(text(L.on[line]))}${text(L.to[line]) ? ` to ${text(L.to[line]) === 'customer' ? 'you' : partyTitle(text(L.to[line]))}` : ''}`],
    ['Responsibility', mono(doc.resps[L.resp[line]].id)],
  ];
  return h('dl', { class: 'about' }, items.filter(([, v]) => v).map(([k, v]) => h('div', null, h('dt', null, k), h('dd', null, v))));
}

const factValue = f => f.known ? h('b', { class: 'value' }, printed(f.value)) : h('span', { class: 'status' }, icon('unverified'), `unknown: ${f.unknown}`);
const factOrigin = f => h('span', { class: 'muted small' }, [howTitles[f.how] ?? f.how, f.attribute && mono(f.attribute), f.address && ['in ', mono(f.address)], place(f.file, f.line)].filter(Boolean).map((x, i) => [i ? ' · ' : '', x]));

function factTable(facts) {
  const sorted = [...facts].sort((x, y) => x.known - y.known);
  return h('div', { class: 'table-scroll' }, h('table', { class: 'facts-table' },
    h('thead', null, h('tr', null, ['Fact', 'Value', 'Read from'].map(t => h('th', { scope: 'col' }, t)))),
    h('tbody', null, sorted.map(f => h('tr', null, h('th', { scope: 'row' }, mono(f.name)), h('td', null, factValue(f)), h('td', null, factOrigin(f)))))));
}

function relations(xs) {
  return h('ul', { class: 'plain-list' }, range(0, xs.length / 3).map(i => {
    const [name, to, ref] = xs.slice(3 * i, 3 * i + 3);
    return h('li', null, h('span', { class: 'muted' }, `${words(text(name))} → `), to >= 0 ? assetLink(to) : [mono(text(ref) || 'unknown'), h('span', { class: 'muted small' }, ' not in this estate')]);
  }));
}

// --- a finding

function findingPanel(print) {
  const f = findingByPrint.get(print);
  if (f === undefined) return null;
  const t = F.texts[F.text[f]], w = F.waiver[f] >= 0 ? F.waivers[F.waiver[f]] : null, a = F.asset[f], resp = doc.resps[F.resp[f]];
  return {
    kicker: [text(F.check[f]), baseline.has(f) && 'known before'].filter(Boolean).join(' · '),
    title: text(F.title[f]),
    body: [
      h('p', { class: 'marks' }, severityMark(F.severity[f]), resultMark(text(F.result[f])), F.status[f] >= 0 && h('span', { class: 'muted' }, `Duty: ${statusTitle(F.status[f]).toLowerCase()}`)),
      h('p', { class: 'big-message' }, text(F.message[f])),
      w && h('p', { class: `note${w.expired ? ' bad' : ''}` }, h('b', null, w.expired ? 'Waiver expired. ' : 'Waived. '),
        [w.reason, w.by && `by ${w.by}`, w.until && `until ${day(w.until)}`, `from ${w.source}`].filter(Boolean).join(' · ')),
      t.remediation && [h('h3', null, 'What to do'), h('div', { class: 'do block' }, advice(t.remediation))],
      t.why && [h('h3', null, 'Why it matters'), h('p', null, t.why)],
      h('h3', null, 'Where'),
      h('dl', { class: 'about' }, [
        ['Asset', a >= 0 ? [assetLink(a), ' ', mono(text(F.address[f]))] : mono(text(F.address[f]))],
        ['Location', place(text(F.file[f]), F.line[f], F.end_line[f])],
        ['Attribute', text(F.attribute[f]) && mono(text(F.attribute[f]))],
        ['Duty', [respName(resp), ' ', mono(resp.id)]],
        ['Row', doc.rows[resp.row].title],
        ['Owner', [ownerTitles[F.owner[f]], teamOfFinding(f) && ` · ${teamOfFinding(f)}`]],
        ['Stands for', t.aliases?.map((x, i) => [i ? ', ' : '', mono(x)])],
        ['Fingerprint', mono(print)],
      ].filter(([, v]) => v && (!Array.isArray(v) || v.length)).map(([k, v]) => h('div', null, h('dt', null, k), h('dd', null, v)))),
      t.controls?.length > 0 && [h('h3', null, 'Controls'), h('p', null, t.controls.map(c => h('span', { class: 'tag' }, c)))],
      t.references?.length > 0 && [h('h3', null, 'References'), h('ul', { class: 'plain-list' }, t.references.map(r => h('li', null, link(r))))],
    ],
  };
}

