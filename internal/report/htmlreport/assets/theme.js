// Light and dark: the system's choice until the reader chooses.

const themes = ['auto', 'light', 'dark'];

function startTheme() {
  const button = $('#theme');
  const set = theme => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    $('.theme-name', button).textContent = capital(theme);
    button.setAttribute('aria-label', `Theme: ${theme}. Change`);
    button.dataset.theme = theme;
  };
  let stored;
  try { stored = localStorage.getItem('demarc-theme'); } catch { /* storage may be forbidden */ }
  set(themes.includes(stored) ? stored : 'auto');
  button.addEventListener('click', () => {
    const next = themes[(themes.indexOf(button.dataset.theme) + 1) % themes.length];
    set(next);
    try { localStorage.setItem('demarc-theme', next); } catch { /* as above */ }
    announce(`Theme: ${next}`);
  });
}

