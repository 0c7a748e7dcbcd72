// Paper has no panels and no pages of lists: before printing, the failing
// findings are written out in full, and a wide matrix in several pieces.

const mostPrinted = 300, printColumns = 6;

function startPrint() {
  window.addEventListener('beforeprint', preparePrint);
  window.addEventListener('afterprint', () => { for (const el of $$('.print-only')) el.remove(); });
}

function preparePrint() {
  for (const el of $$('.print-only')) el.remove();
  const failing = range(0, findingCount).filter(f => text(F.result[f]) === 'fail');
  const unknown = range(0, findingCount).filter(f => text(F.result[f]) === 'unknown').length;
  const left = failing.length - mostPrinted;
  $('#findings').append(h('div', { class: 'print-only' },
    h('p', null, `${countOf(failing.length, 'failing finding')}${left > 0 ? `, the worst ${mostPrinted} printed` : ''}; ${number(unknown)} more could not be verified.`),
    failing.slice(0, mostPrinted).map(printedFinding)));
  const columns = shownColumns(), [first, ...rest] = columns;
  const pieces = columns.length <= printColumns ? [columns] : range(0, Math.ceil(rest.length / (printColumns - 1))).map(i => [first, ...rest.slice(i * (printColumns - 1), (i + 1) * (printColumns - 1))]);
  $('#matrix .matrix-scroll').after(h('div', { class: 'print-only' }, pieces.map(p => matrixTable(p, doc.rows, false))));
  const more = doc.weakest.slice($('#weakest .cards')?.children.length ?? 0, 20);
  if (more.length) $('#weakest .cards').after(h('ol', { class: 'cards print-only' }, more.map(weakestCard)));
}

function printedFinding(f) {
  const t = F.texts[F.text[f]];
  return h('article', { class: 'printed' },
    h('h3', null, severityMark(F.severity[f]), ' ', text(F.title[f])),
    h('p', null, mono(text(F.address[f])), ' ', place(text(F.file[f]), F.line[f], F.end_line[f]), teamOfFinding(f) && ` · ${teamOfFinding(f)}`),
    h('p', null, text(F.message[f])),
    t.remediation && h('div', { class: 'do' }, h('b', null, 'To do: '), advice(t.remediation)));
}

