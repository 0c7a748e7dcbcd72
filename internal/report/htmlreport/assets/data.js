// The document, unpacked. Texts are numbers into its string table, and lists
// of records are stored by column; see collect.go.

const doc = JSON.parse(document.getElementById('data').textContent);

// An empty list may be written as null.
for (const part of [doc, doc.assets, doc.lines, doc.duties, doc.findings]) {
  for (const key in part) part[key] ??= [];
}
for (const d of doc.dimensions) d.columns ??= [];

const text = i => (i >= 0 ? doc.strings[i] : '');
const A = doc.assets, D = doc.duties, L = doc.lines, F = doc.findings;
const assetCount = A.id.length, findingCount = F.check.length, dutyCount = D.line.length;

const CUSTOMER = 0, UNKNOWN_OWNER = 1, PROVIDER = 2;
const FAILING = 0, UNVERIFIED = 1;
const STATUSES = doc.statuses.length;

const assetByID = new Map(A.id.map((id, i) => [text(id), i]));
const findingByPrint = new Map(F.fingerprint.map((id, i) => [text(id), i]));

// The duties of an asset, as numbers.
const dutiesOf = asset => range(A.duties[asset] ?? 0, A.duties[asset + 1] ?? 0);

function range(from, to) {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

// assetOf gives the asset of each duty.
const assetOf = new Int32Array(dutyCount);
for (let a = 0; a < assetCount; a++) assetOf.fill(a, A.duties[a], A.duties[a + 1]);

// The findings of an asset, found when first asked for.
let findingsByAsset;
function findingsOf(asset) {
  if (!findingsByAsset) {
    findingsByAsset = new Map();
    for (let f = 0; f < findingCount; f++) {
      const list = findingsByAsset.get(F.asset[f]);
      if (list) list.push(f); else findingsByAsset.set(F.asset[f], [f]);
    }
  }
  return findingsByAsset.get(asset) ?? [];
}

// The counts of one cell or column: owner by status, flat.
const emptyCounts = () => new Array(3 * STATUSES).fill(0);
const owned = (counts, owner) => {
  let n = 0;
  for (let s = 0; s < STATUSES; s++) n += counts[owner * STATUSES + s];
  return n;
};
const total = counts => counts.reduce((x, y) => x + y, 0);
// The worst status is the first that occurs; -1 when none does.
const worst = (counts, ...owners) => {
  for (let s = 0; s < STATUSES; s++) {
    for (const o of owners.length ? owners : [0, 1, 2]) if (counts[o * STATUSES + s]) return s;
  }
  return -1;
};
const ofStatus = (counts, status) => counts[status] + counts[STATUSES + status] + counts[2 * STATUSES + status];

// unfold gives a column's counts by responsibility.
function unfold(column) {
  if (column.byResp) return column.byResp;
  column.byResp = new Map();
  const cells = column.cells ?? [];
  for (let i = 0; i < cells.length; i += 3) {
    let c = column.byResp.get(cells[i]);
    if (!c) column.byResp.set(cells[i], c = emptyCounts());
    c[cells[i + 1]] += cells[i + 2];
  }
  return column.byResp;
}

function sumOf(column, resps) {
  const byResp = unfold(column), out = emptyCounts();
  for (const r of resps) {
    const c = byResp.get(r);
    if (c) for (let i = 0; i < c.length; i++) out[i] += c[i];
  }
  return out;
}

// How a duty finds its column, as collect.go decided it.
const columnOf = {
  model: d => text(A.model[assetOf[d]]),
  provider: d => text(A.provider[assetOf[d]]),
  service: d => text(A.service[assetOf[d]]),
  environment: d => text(A.environment[assetOf[d]]),
  account: d => text(A.account[assetOf[d]]),
  team: d => text(D.team[d]) || text(A.team[assetOf[d]]),
};

