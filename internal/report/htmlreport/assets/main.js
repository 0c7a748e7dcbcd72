// Starts everything, then follows the address.

document.documentElement.classList.add('scripted');
startTheme();
startMatrix();
startWeakest();
startFindings();
startAssets();
startUnseen();
startCalendar();
startPanel();
startPrint();

for (const a of $$('.bar nav a, .skip, .blind a, .brand')) {
  a.addEventListener('click', e => {
    e.preventDefault();
    const to = a.getAttribute('href').slice(1);
    if (to !== 'top') return goTo(to);
    remember({}, { section: '' });
    window.scrollTo(0, 0);
    $('#top').focus({ preventScroll: true });
  });
}

// The numbers at the top lead to the duties they count.
for (const tile of $$('.tile')) {
  const title = $('.tile-t', tile);
  title.replaceChildren(h('button', { type: 'button', class: 'row-button', onclick: () => openPanel('status', tile.dataset.status) }, title.textContent));
}

// The section in view is marked in the navigation.
const seenSections = new Set();
const inView = new IntersectionObserver(entries => {
  for (const e of entries) if (e.isIntersecting) seenSections.add(e.target.id); else seenSections.delete(e.target.id);
  const current = sections.findLast(id => seenSections.has(id));
  for (const a of $$('.bar nav a')) {
    if (a.getAttribute('href') === `#${current}`) a.setAttribute('aria-current', 'true'); else a.removeAttribute('aria-current');
  }
}, { rootMargin: '-58px 0px -72% 0px' });
for (const id of sections) inView.observe(document.getElementById(id));

window.addEventListener('popstate', followAddress);
followAddress();
if (state.section && !state.values.get('panel')) document.getElementById(state.section)?.scrollIntoView();
document.documentElement.dataset.ready = 'true';
performance.mark('ready');
