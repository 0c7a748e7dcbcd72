'use strict';
// The console works without this script; with it, it takes fewer clicks.
(() => {
  const root = document.documentElement;
  const themes = ['auto', 'light', 'dark'];

  // Light and dark. The choice is this browser's, and set before the page shows.
  const theme = () => localStorage.getItem('demarc-theme') || 'auto';
  const show = () => {
    if (theme() === 'auto') root.removeAttribute('data-theme'); else root.dataset.theme = theme();
    for (const name of document.querySelectorAll('.theme-name')) name.textContent = { auto: 'Auto', light: 'Light', dark: 'Dark' }[theme()];
  };
  show();

  document.addEventListener('DOMContentLoaded', () => {
    show();
    // On a narrow screen the tab one is on may be out of sight.
    for (const tab of document.querySelectorAll('.tabs [aria-current]')) {
      const tabs = tab.closest('.tabs');
      tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.clientWidth) / 2;
    }
    for (const b of document.querySelectorAll('[data-theme-button]')) b.addEventListener('click', () => {
      localStorage.setItem('demarc-theme', themes[(themes.indexOf(theme()) + 1) % themes.length]);
      show();
    });
    for (const b of document.querySelectorAll('[data-menu]')) b.addEventListener('click', () => {
      const open = b.closest('.rail').classList.toggle('open');
      b.setAttribute('aria-expanded', String(open));
    });
    for (const b of document.querySelectorAll('[data-check-all]')) b.addEventListener('change', () => {
      for (const c of b.closest('form, table').querySelectorAll('input[type=checkbox][name="' + b.dataset.checkAll + '"]')) c.checked = b.checked;
    });
    for (const b of document.querySelectorAll('[data-copy]')) if (navigator.clipboard) {
      b.hidden = false;
      b.addEventListener('click', async () => {
        await navigator.clipboard.writeText(b.dataset.copy);
        b.textContent = 'Copied';
      });
    }
    for (const t of document.querySelectorAll('time[data-local]')) {
      const at = new Date(t.dateTime);
      if (!Number.isNaN(at.getTime())) t.title = at.toLocaleString();
    }
  });

  // A form that filters is sent when something in it is chosen.
  document.addEventListener('change', (e) => {
    const form = e.target.closest('form[data-auto]');
    if (form && e.target.type !== 'search') form.requestSubmit();
  });

  // One facet open at a time; a click elsewhere or Escape closes it.
  document.addEventListener('toggle', (e) => {
    if (e.target.matches?.('details.facet') && e.target.open) for (const d of document.querySelectorAll('details.facet[open]')) if (d !== e.target) d.open = false;
  }, true);
  const closeFacets = (but) => { for (const d of document.querySelectorAll('details.facet[open]')) if (!but || !d.contains(but)) d.open = false; };
  document.addEventListener('click', (e) => closeFacets(e.target));
  document.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') closeFacets(null);
    if (e.key === '/' && !e.target.matches('input, textarea, select') && !e.ctrlKey && !e.metaKey) {
      const search = document.querySelector('main input[type=search]');
      if (search) { e.preventDefault(); search.focus(); }
    }
  });

  // A link with data-drawer shows the main part of its page in a drawer.
  document.addEventListener('click', async (e) => {
    const link = e.target.closest('a[data-drawer]');
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    const resp = await fetch(link.href, { headers: { Accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await resp.text(), 'text/html');
    const main = page.querySelector('main');
    if (!resp.ok || !main) { location.href = link.href; return; }
    const drawer = document.createElement('dialog');
    drawer.className = 'drawer';
    drawer.setAttribute('aria-label', page.title);
    const close = document.createElement('button');
    close.className = 'button plain drawer-close';
    close.type = 'button';
    close.textContent = 'Close';
    close.addEventListener('click', () => drawer.close());
    drawer.append(close, ...main.childNodes);
    drawer.addEventListener('close', () => { drawer.remove(); link.focus(); });
    drawer.addEventListener('click', (c) => { if (c.target === drawer) drawer.close(); });
    document.body.append(drawer);
    drawer.showModal();
  });

  // A page that waits for something asks again.
  const wait = document.currentScript?.dataset.refresh;
  if (wait) setTimeout(() => location.reload(), Number(wait) * 1000);
})();
