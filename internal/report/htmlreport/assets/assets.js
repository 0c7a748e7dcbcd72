// The assets.

let assetList;

// The counts of an asset's duties, and of any subset of them.
function countDuties(duties) {
  const c = emptyCounts();
  for (const d of duties) c[L.owner[D.line[d]] * STATUSES + D.status[d]]++;
  return c;
}

function startAssets() {
  const root = $('#assets');
  const counts = range(0, assetCount).map(a => countDuties(dutiesOf(a)));
  const worstOf = a => worst(counts[a]);
  root.append(h('div', { class: 'head' }, h('div', null, h('h2', { id: 'assets-title' }, 'Assets'),
    h('p', { class: 'lede' }, 'Everything found, each with its own stack and its own line.'))));
  assetList = list({
    root, prefix: 'assets', one: 'asset', many: 'assets', count: assetCount, sort: 'status',
    facets: [
      { id: 'status', title: 'Worst status', get: a => statusKeys[worstOf(a)] ?? '', label: k => statusTitles[k] ?? 'No duties listed', order: [...statusKeys, ''] },
      { id: 'kind', title: 'Kind', get: a => text(A.kind_title[a]), label: capital },
      { id: 'service', title: 'Service', get: a => text(A.service[a]), label: k => columnTitle('service', k) },
      { id: 'provider', title: 'Provider', get: a => text(A.provider[a]), label: k => columnTitle('provider', k) },
      { id: 'model', title: 'Model', get: a => text(A.model[a]), label: k => columnTitle('model', k) },
      { id: 'environment', title: 'Environment', get: a => text(A.environment[a]), label: named('No environment') },
      { id: 'account', title: 'Account', get: a => text(A.account[a]), label: named('No account') },
      { id: 'region', title: 'Region', get: a => text(A.region[a]), label: named('No region') },
      { id: 'team', title: 'Team', get: a => text(A.team[a]), label: named('No team') },
    ],
    haystack: a => [A.name, A.address, A.kind_title, A.service_name, A.native_type, A.account, A.region, A.environment, A.team, A.file].map(c => text(c[a])).join(' ')
      + ' ' + Object.entries(A.more[a]?.tags ?? {}).map(([k, v]) => `${k}=${v}`).join(' ') + ' ' + (A.more[a]?.addresses ?? []).map(text).join(' '),
    columns: [
      { id: 'status', title: 'Worst', sort: a => (worstOf(a) < 0 ? 99 : worstOf(a)) * 1e6 - ofStatus(counts[a], FAILING) * 1e3 - ofStatus(counts[a], UNVERIFIED), class: 'c-result' },
      { id: 'name', title: 'Asset', sort: a => text(A.name[a]).toLowerCase(), class: 'c-title' },
      { id: 'kind', title: 'Kind', sort: a => text(A.kind_title[a]), class: 'c-kind' },
      { id: 'place', title: 'Account and environment', sort: a => text(A.account[a]) + text(A.environment[a]), class: 'c-env' },
      { id: 'team', title: 'Team', sort: a => text(A.team[a]), class: 'c-team' },
      { id: 'line', title: 'Line', sort: a => owned(counts[a], CUSTOMER) / (total(counts[a]) || 1), class: 'c-line' },
    ],
    row: a => {
      const w = worstOf(a);
      return h('tr', null,
        h('td', { class: 'c-result' }, w < 0 ? h('span', { class: 'muted' }, 'Not listed') : h('span', { class: 'status' }, icon(statusKeys[w]), `${number(ofStatus(counts[a], w))} ${statusTitle(w).toLowerCase()}`)),
        h('th', { scope: 'row', class: 'c-title' }, h('button', { type: 'button', class: 'row-button', onclick: () => openPanel('asset', text(A.id[a])) }, text(A.name[a])), h('span', { class: 'message' }, mono(text(A.address[a])))),
        h('td', { class: 'c-kind' }, capital(text(A.kind_title[a])), h('span', { class: 'message' }, text(A.service_name[a]))),
        h('td', { class: 'c-env' }, text(A.environment[a]) || h('span', { class: 'muted' }, '–'), h('span', { class: 'message' }, [text(A.account[a]), text(A.region[a])].filter(Boolean).join(' · '))),
        h('td', { class: 'c-team' }, text(A.team[a]) || h('span', { class: 'muted' }, '–')),
        h('td', { class: 'c-line' }, total(counts[a]) > 0 && h('div', { class: 'mini', role: 'img', 'aria-label': describe(counts[a]) }, split(counts[a], edges(counts[a]), null))));
    },
  });
}

