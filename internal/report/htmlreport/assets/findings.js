// The findings.

const named = none => k => k || none;
const statusKeys = doc.statuses;
const rowTitle = id => doc.rows.find(r => r.id === id)?.title ?? id;
const ofAsset = column => f => (F.asset[f] >= 0 ? text(A[column][F.asset[f]]) : '');
const teamOfFinding = f => text(F.team[f]) || ofAsset('team')(f);

let findingList;

function startFindings() {
  const root = $('#findings');
  root.append(h('div', { class: 'head' }, h('div', null, h('h2', { id: 'findings-title' }, 'Findings'),
    h('p', { class: 'lede' }, 'What each check found on each asset. Open ones are shown first: failing, and those that could not be verified.'))));
  findingList = list({
    root, prefix: 'findings', one: 'finding', many: 'findings', count: findingCount, sort: 'severity', preset: { result: ['fail', 'unknown'] },
    facets: [
      { id: 'severity', title: 'Severity', get: f => doc.severities[F.severity[f]], label: capital, order: doc.severities },
      { id: 'result', title: 'Result', get: f => text(F.result[f]), label: k => resultTitles[k] ?? k, order: resultOrder },
      { id: 'status', title: 'Duty status', get: f => statusKeys[F.status[f]] ?? '', label: k => statusTitles[k] ?? 'Not listed', order: [...statusKeys, ''] },
      { id: 'owner', title: 'Owner', get: f => doc.owners[F.owner[f]], label: k => ownerTitles[doc.owners.indexOf(k)], order: doc.owners },
      { id: 'row', title: 'Row', get: f => doc.rows[doc.resps[F.resp[f]].row].id, label: rowTitle, order: doc.rows.map(r => r.id) },
      { id: 'service', title: 'Service', get: ofAsset('service'), label: k => columnTitle('service', k) },
      { id: 'provider', title: 'Provider', get: ofAsset('provider'), label: k => columnTitle('provider', k) },
      { id: 'environment', title: 'Environment', get: ofAsset('environment'), label: named('No environment') },
      { id: 'account', title: 'Account', get: ofAsset('account'), label: named('No account') },
      { id: 'team', title: 'Team', get: teamOfFinding, label: named('No team') },
      { id: 'known', title: 'Baseline', get: f => (baseline.has(f) ? 'known' : 'new'), label: k => (k === 'known' ? 'Known before' : 'New'), order: ['new', 'known'] },
    ],
    haystack: f => [F.title, F.message, F.address, F.check, F.file, F.attribute, F.fingerprint].map(c => text(c[f])).join(' ') + ' ' + doc.resps[F.resp[f]].id + ' ' + (F.texts[F.text[f]].controls ?? []).join(' '),
    columns: [
      { id: 'severity', title: 'Severity', sort: f => F.severity[f] * 10 + resultOrder.indexOf(text(F.result[f])), class: 'c-sev' },
      { id: 'result', title: 'Result', sort: f => resultOrder.indexOf(text(F.result[f])), class: 'c-result' },
      { id: 'title', title: 'Finding', sort: f => text(F.title[f]), class: 'c-title' },
      { id: 'asset', title: 'Asset', sort: f => text(F.address[f]), class: 'c-asset' },
      { id: 'row', title: 'Row', sort: f => doc.resps[F.resp[f]].row, class: 'c-row' },
      { id: 'team', title: 'Team', sort: teamOfFinding, class: 'c-team' },
      { id: 'place', title: 'Where', sort: f => text(F.file[f]) + String(F.line[f]).padStart(7, '0'), class: 'c-place' },
    ],
    row: findingRow,
  });
}

const baseline = new Set(F.baseline);

function findingRow(f) {
  return h('tr', null,
    h('td', { class: 'c-sev' }, severityMark(F.severity[f])),
    h('td', { class: 'c-result' }, resultMark(text(F.result[f]))),
    h('th', { scope: 'row', class: 'c-title' }, h('button', { type: 'button', class: 'row-button', onclick: () => openPanel('finding', text(F.fingerprint[f])) }, text(F.title[f])),
      h('span', { class: 'message' }, text(F.message[f])), baseline.has(f) && h('span', { class: 'tag' }, 'known before')),
    h('td', { class: 'c-asset' }, mono(text(F.address[f]))),
    h('td', { class: 'c-row' }, doc.rows[doc.resps[F.resp[f]].row].title),
    h('td', { class: 'c-team' }, teamOfFinding(f) || h('span', { class: 'muted' }, '–')),
    h('td', { class: 'c-place' }, place(text(F.file[f]), F.line[f])));
}

