// Passkeys. A button with data-passkey asks the server what to ask the
// browser for, and sends back what the browser answers.
(() => {
  if (!window.PublicKeyCredential) return;
  const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const send = async (url, body) => {
    const resp = await fetch(url, { method: 'POST', headers: { Accept: 'application/json', 'Content-Type': 'application/json' }, body });
    const value = await resp.json().catch(() => ({}));
    if (!resp.ok) throw new Error(value.problem || 'This did not work. Try again.');
    return value;
  };
  const known = (list) => (list || []).map((c) => ({ ...c, id: bytes(c.id) }));

  const ask = async (how, options) => {
    const pk = options.publicKey;
    pk.challenge = bytes(pk.challenge);
    if (how === 'get') {
      pk.allowCredentials = known(pk.allowCredentials);
      return navigator.credentials.get({ publicKey: pk });
    }
    pk.user.id = bytes(pk.user.id);
    pk.excludeCredentials = known(pk.excludeCredentials);
    return navigator.credentials.create({ publicKey: pk });
  };

  const answer = (c) => {
    const r = c.response;
    const response = { clientDataJSON: text(r.clientDataJSON) };
    for (const part of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) if (r[part]) response[part] = text(r[part]);
    if (r.getTransports) response.transports = r.getTransports();
    return JSON.stringify({ id: c.id, rawId: text(c.rawId), type: c.type, response, clientExtensionResults: c.getClientExtensionResults(), authenticatorAttachment: c.authenticatorAttachment ?? undefined });
  };

  document.addEventListener('DOMContentLoaded', () => {
    for (const b of document.querySelectorAll('[data-passkey]')) {
      b.hidden = false;
      const problem = b.parentElement.querySelector('[data-passkey-problem]');
      b.addEventListener('click', async () => {
        problem.hidden = true;
        b.disabled = true;
        try {
          const made = await ask(b.dataset.passkey, await send(b.dataset.begin, ''));
          const name = b.parentElement.querySelector('[data-passkey-name]');
          const finish = b.dataset.finish + (name ? '?' + new URLSearchParams({ name: name.value }) : '');
          await send(finish, answer(made));
          location.assign(b.dataset.then);
        } catch (e) {
          problem.textContent = e.name === 'NotAllowedError' ? 'No passkey was chosen.' : e.name === 'InvalidStateError' ? 'This device has a passkey for you already.' : e.message;
          problem.hidden = false;
        } finally {
          b.disabled = false;
        }
      });
    }
  });
})();
