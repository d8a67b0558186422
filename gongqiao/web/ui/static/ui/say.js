/* No network: what was written is kept on this phone and sent once, by the key the page was made with. Without this
   file the form is an ordinary form. */
"use strict";
(() => {
  const STORE = "gongqiao-said:";
  const MOST_CHARS = 3_500_000; /* of the five million a browser keeps for a site */
  const MOST_DAYS = 7;
  const AGAIN = 5000; /* milliseconds */

  /* each under the key of its own page, so that one that waits does not push out another */
  const drop = (key) => { try { localStorage.removeItem(STORE + key); } catch { /* no storage here */ } };
  const read = (name) => {
    try {
      const kept = JSON.parse(localStorage.getItem(name));
      if (kept && Date.now() - kept.at < MOST_DAYS * 86_400_000) return kept;
      localStorage.removeItem(name);
    } catch { /* not ours, or no storage here */ }
    return null;
  };
  const oldest = () => {
    let names = [];
    try { names = Object.keys(localStorage).filter((name) => name.startsWith(STORE)); } catch { /* no storage here */ }
    const here = names.map(read).filter((kept) => kept && kept.path === location.pathname);
    return here.sort((one, other) => one.at - other.at)[0] ?? null;
  };
  const write = (kept) => {
    try {
      localStorage.setItem(STORE + kept.fields.key, JSON.stringify(kept));
      return true;
    } catch { return false; }
  };

  /* the page that shows the ticket says which one has arrived */
  const sent = document.querySelector("[data-sent]");
  if (sent) {
    drop(sent.dataset.sent);
    return;
  }

  const form = document.getElementById("say");
  const notice = document.getElementById("kept");
  if (!form || !notice) return;
  const show = (...names) => {
    notice.hidden = names.length === 0;
    for (const line of notice.querySelectorAll("[data-says]")) line.hidden = !names.includes(line.dataset.says);
  };
  const reached = async () => {
    try {
      const url = `${form.dataset.ping}?${Date.now()}`;
      const answer = await fetch(url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(4000) });
      return answer.ok;
    } catch { return false; }
  };
  const fieldsOf = () => {
    const found = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") found[name] = value;
    }
    return found;
  };
  const asText = (file) => new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => done("");
    reader.readAsDataURL(file);
  });

  async function keep() {
    const kept = { at: Date.now(), path: location.pathname, fields: fieldsOf() };
    const file = form.elements.voice.files[0];
    const body = file && file.size < MOST_CHARS * 0.7 ? await asText(file) : "";
    const whole = body ? { ...kept, voice: { name: file.name, type: file.type, body } } : kept;
    if (write(whole)) return !file || Boolean(body);
    write(kept);
    return !file;
  }

  async function restore(kept) {
    for (const [name, value] of Object.entries(kept.fields)) {
      const field = form.elements[name];
      if (field instanceof RadioNodeList) field.value = value;
      else if (field?.type === "checkbox") field.checked = true;
      else if (field) field.value = value;
    }
    if (!kept.voice) return;
    const body = Uint8Array.from(atob(kept.voice.body.split(",")[1]), (sign) => sign.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([body], kept.voice.name, { type: kept.voice.type }));
    form.elements.voice.files = files.files;
  }

  let sending = false;
  function send() {
    if (sending) return;
    sending = true;
    form.submit();
  }

  let waiting = 0;
  async function again() {
    if (waiting && await reached()) {
      clearInterval(waiting);
      waiting = 0;
      await keep(); /* as it stands now: should the answer be lost, the same words go again under the same key */
      send();
    }
  }
  function wait(whole) {
    show("waiting", ...(whole ? [] : ["voiceless"]));
    notice.scrollIntoView({ block: "center" });
    waiting = waiting || setInterval(again, AGAIN);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const whole = await keep();
    if (await reached()) send();
    else wait(whole);
  });
  addEventListener("online", again);
  notice.querySelector("[data-kept=send]").addEventListener("click", async () => {
    const kept = oldest();
    if (!kept) return show();
    await restore(kept);
    if (await reached()) send();
    else wait(true);
  });
  notice.querySelector("[data-kept=drop]").addEventListener("click", () => {
    clearInterval(waiting);
    const kept = waiting ? null : oldest();
    waiting = 0;
    drop(kept ? kept.fields.key : form.elements.key.value);
    offer();
  });

  /* back from the ticket to the page that it was sent with: a new page has a new key */
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  const offer = () => (oldest() ? show("later") : show());
  if (form.hasAttribute("data-answered")) drop(form.elements.key.value); /* the server says what is missing */
  offer();
})();
