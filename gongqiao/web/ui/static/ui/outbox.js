/* The desk's drawer on this PC, for its pages and its service worker: entries sealed for the server (not even this PC
   opens them again), and what is kept to read, under a key that the browser forgets when it is closed. Decision 0040. */
"use strict";
self.desk = (() => {
  const NAME = "gongqiao-desk";
  const COOKIE = "desk_key";
  const INFO = new TextEncoder().encode("gongqiao desk box 1");
  const TALK = typeof BroadcastChannel === "function" ? new BroadcastChannel(NAME) : null;

  /* bytes as base64url and back */
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const bytes = (said) => Uint8Array.from(atob(said.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const random = (size) => crypto.getRandomValues(new Uint8Array(size));
  const newKey = () => {
    const r = random(16);
    r[6] = (r[6] & 15) | 64;
    r[8] = (r[8] & 63) | 128;
    const hex = Array.from(r, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  /* the drawer */
  let opening = null;
  const open = () => {
    opening = opening || new Promise((done, fail) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore("facts", { keyPath: "name" });
        db.createObjectStore("sealed", { keyPath: "name" });
        db.createObjectStore("entries", { keyPath: "n", autoIncrement: true }).createIndex("key", "key", { unique: true });
      };
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    return opening;
  };
  async function at(store, mode, work) {
    const db = await open();
    return new Promise((done, fail) => {
      const change = db.transaction(store, mode, mode === "readwrite" ? { durability: "strict" } : {});
      const request = work(change.objectStore(store));
      change.oncomplete = () => done(request ? request.result : undefined);
      change.onabort = change.onerror = () => fail(change.error || new Error("the drawer does not take it"));
    });
  }
  const read = (store, name) => at(store, "readonly", (s) => s.get(name));
  const write = (store, row) => at(store, "readwrite", (s) => s.put(row));
  const all = (store) => at(store, "readonly", (s) => s.getAll());
  const gone = (store, name) => at(store, "readwrite", (s) => s.delete(name));
  const empty = (store) => at(store, "readwrite", (s) => s.clear());

  /* sealed for the server: a new pair of keys for each letter; the private one is thrown away */
  async function seal(publicKey, key, content) {
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const there = await crypto.subtle.importKey("raw", bytes(publicKey), curve, false, []);
    const once = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
    const mine = await crypto.subtle.exportKey("raw", once.publicKey);
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: there }, once.privateKey, 256);
    const salt = new Uint8Array([...new Uint8Array(mine), ...bytes(publicKey)]);
    const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const way = { name: "HKDF", hash: "SHA-256", salt, info: INFO };
    const lock = await crypto.subtle.deriveKey(way, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const iv = random(12);
    const additionalData = new TextEncoder().encode(key);
    const plain = new TextEncoder().encode(JSON.stringify(content));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, lock, plain);
    return { e: text(mine), n: text(iv), c: text(sealed) };
  }

  /* kept to read: under the key of the cookie, which is nowhere on the disk */
  async function cookie() {
    if (self.document) return (document.cookie.match(/(?:^|; )desk_key=([^;]*)/) || [])[1] || "";
    const found = self.cookieStore ? await self.cookieStore.get(COOKIE) : null;
    return found ? found.value : "";
  }
  async function lockOf(kept) {
    const [id, secret] = (await cookie()).split(".");
    if (!kept || !secret || id !== kept.key || Date.now() >= kept.until) return null;
    return crypto.subtle.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
  }
  async function lay(lock, name, value) {
    const iv = random(12);
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const additionalData = new TextEncoder().encode(name);
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, lock, plain) };
  }
  async function lift(lock, name, row) {
    try {
      const way = { name: "AES-GCM", iv: row.iv, additionalData: new TextEncoder().encode(name) };
      return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(way, lock, row.data)));
    } catch { return null; /* of another key */ }
  }
  async function remember(name, value) {
    const kept = await facts();
    const lock = await lockOf(kept);
    if (!lock) return false;
    await write("sealed", { name, at: Date.now(), ...(await lay(lock, name, value)) });
    return true;
  }
  async function recall(name) {
    const row = await read("sealed", name);
    const lock = row && (await lockOf(await facts()));
    const value = lock ? await lift(lock, name, row) : null;
    return value === null ? null : { at: row.at, value };
  }

  /* who keeps what here: the list goes first, at midnight; then nobody writes here any more */
  async function facts() {
    const kept = await read("facts", "kept");
    if (!kept) return null;
    if (Date.now() >= kept.writes) {
      await wipe();
      return null;
    }
    if (Date.now() >= kept.until && kept.read !== false) {
      await blank();
      await write("facts", { ...kept, read: false });
    }
    return kept;
  }
  async function blank() {
    await empty("sealed");
    for (const entry of await all("entries")) if (entry.note) await change(entry.n, { note: null });
    if (self.document) document.cookie = `${COOKIE}=; path=/desk/; max-age=0`;
    else if (self.cookieStore) await self.cookieStore.delete({ name: COOKIE, path: "/desk/" });
  }
  async function wipe() {
    await empty("facts");
    await blank();
    if (self.caches) await caches.delete("desk-page");
  }
  /* as it stands now, in one step: another page may have sent it meanwhile */
  async function change(n, facts) {
    const db = await open();
    await new Promise((done, fail) => {
      const work = db.transaction("entries", "readwrite");
      const store = work.objectStore("entries");
      const found = store.get(n);
      found.onsuccess = () => { if (found.result) store.put({ ...found.result, ...facts }); };
      work.oncomplete = done;
      work.onabort = work.onerror = () => fail(work.error);
    });
  }

  /* entries, oldest first; what was typed can be read here only as long as the cookie lives */
  async function put({ kind, fields, follows, key }) {
    const kept = await facts();
    if (!kept) throw new Error("nobody keeps anything on this PC");
    const saidAt = Date.now();
    const box = await seal(kept.public, key, { kind, fields, follows: follows || null, saidAt });
    const lock = await lockOf(kept);
    const note = lock ? await lay(lock, key, fields) : null;
    const row = { key, kind, post: kept.post, who: kept.who, to: kept.key, at: saidAt, box, note, said: "" };
    try {
      await at("entries", "readwrite", (s) => s.add(row));
    } catch (error) {
      if (!error || error.name !== "ConstraintError") throw error; /* the same page sent twice: it lies here already */
    }
    tell();
  }
  async function waiting() {
    const rows = await all("entries");
    return rows.sort((one, other) => one.n - other.n);
  }
  async function noted(entry) {
    const lock = entry.note && (await lockOf(await facts()));
    return lock ? lift(lock, entry.key, entry.note) : null;
  }
  const forget = async (n) => { await gone("entries", n); tell(); };
  const throwAway = async (entry, thrown) => { await change(entry.n, { thrown, said: "", note: null }); tell(); };
  const mark = async (entry, said) => { if (entry.said !== said) { await change(entry.n, { said }); tell(); } };

  /* other pages of this desk hear that something changed */
  const tell = () => { if (TALK) TALK.postMessage("changed"); };
  const hear = (work) => { if (TALK) TALK.addEventListener("message", work); };

  return {
    facts, keep: (kept) => write("facts", { ...kept, name: "kept" }), wipe, remember, recall, put, waiting, noted, forget, mark, throwAway,
    newKey, hear, tell, readable: async () => Boolean(await lockOf(await facts())),
    drop: (name) => gone("sealed", name), names: async () => (await all("sealed")).map((row) => row.name),
    flag: (name, value) => (value === null ? gone("facts", name) : write("facts", { name, value })),
    flagged: async (name) => { const row = await read("facts", name); return row ? row.value : null; },
  };
})();
