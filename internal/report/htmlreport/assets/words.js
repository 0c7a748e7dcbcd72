// Names for what the data holds.

const number = n => n.toLocaleString('en-US');
const countOf = (n, one, many) => `${number(n)} ${n === 1 ? one : many ?? one + 's'}`;

// percent never rounds to nothing or to everything.
function percent(n, of) {
  if (!of) return '–';
  const p = Math.round(100 * n / of);
  if (n > 0 && p === 0) return '<1 %';
  if (n < of && p >= 100) return '>99 %';
  return `${p} %`;
}

const statusTitles = {
  failing: 'Failing', unverified: 'Unverified', waived: 'Waived', verified: 'Verified',
  assured: 'Assured', lapsed: 'Assurance lapsed', unassured: 'No assurance on file',
};
const statusMeaning = {
  failing: 'a check proves it is not done',
  unverified: 'nothing shows that it is done',
  waived: 'an accepted risk',
  verified: 'checks show it is done',
  assured: 'the provider’s report covers it',
  lapsed: 'the provider’s report is out of date',
  unassured: 'the provider’s, but no report is on file',
};
const statusTitle = i => statusTitles[doc.statuses[i]] ?? 'No duty';
const ownerTitles = ['Yours', 'Owner unknown', 'Provider’s'];
const resultTitles = { fail: 'Fail', unknown: 'Unverified', waived: 'Waived', pass: 'Pass', not_applicable: 'Not applicable', provider: 'Provider’s duty' };
const resultOrder = ['fail', 'unknown', 'waived', 'pass', 'provider', 'not_applicable'];
const resultStatus = { fail: 'failing', unknown: 'unverified', waived: 'waived', pass: 'verified', provider: 'assured', not_applicable: 'unassured' };
const howTitles = { set: 'written', default: 'provider’s default', constant: 'always so', derived: 'derived' };

const capital = t => t.charAt(0).toUpperCase() + t.slice(1);
const words = id => id.replaceAll('_', ' ').replaceAll('-', ' ');
// A responsibility is named by its layer, the first part of its id, and by what
// is to be done there.
const layerOf = resp => capital(words(resp.id.split('.')[0])).replace(/\b(os|ai)\b/gi, t => t.toUpperCase());
const respName = resp => `${layerOf(resp)}: ${resp.title}`;
const dimensionOf = id => doc.dimensions.find(d => d.id === id);
const columnTitle = (dim, key) => dimensionOf(dim)?.columns.find(c => c.key === key)?.title ?? (key || 'none');
const partyTitle = p => p ? columnTitle('provider', p) : '';

const severityMark = i => h('span', { class: `severity sev-${doc.severities[i]}` }, capital(doc.severities[i]));
const statusMark = i => h('span', { class: 'status' }, icon(doc.statuses[i]), statusTitle(i));
const resultMark = r => h('span', { class: 'status' }, icon(resultStatus[r] ?? 'unverified'), resultTitles[r] ?? r);

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
function day(date) {
  const m = /^(\d{4})-(\d\d)(?:-(\d\d))?/.exec(date);
  return m ? `${m[3] ? Number(m[3]) + ' ' : ''}${months[m[2] - 1] ?? m[2]} ${m[1]}` : date;
}

function printed(value) {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'string' ? (value === '' ? '""' : value) : JSON.stringify(value);
}

