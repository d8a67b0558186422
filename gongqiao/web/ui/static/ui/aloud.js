/* Read to me: the recorded voice first, else the browser's own, else the station's telephone. Without this file the
   recording stands on the page with its controls. */
"use strict";
(() => {
  const box = document.querySelector("[data-aloud]");
  if (!box) return;
  const bar = box.querySelector("[data-aloud-bar]");
  const play = box.querySelector("[data-aloud-play]");
  const stop = box.querySelector("[data-aloud-stop]");
  const phone = document.querySelector("[data-aloud-phone]"); /* at the foot of the page */
  box.querySelector("[data-aloud-plain]").hidden = true;
  const items = [...box.querySelectorAll("[data-says]")].map((item) => ({ ...item.dataset }));
  const jobs = [...document.querySelectorAll("[data-spoken]")];
  const synth = window.speechSynthesis;
  const tongue = (document.documentElement.lang || "zh").slice(0, 2);
  const MOST_CHARS = 90; /* a browser's voice falls silent in a longer breath */
  const A_CHAR = 600; /* milliseconds at the very slowest; some voices never say that they have ended */

  const voice = () => {
    const known = synth ? synth.getVoices() : [];
    const fits = known.filter((each) => each.lang.toLowerCase().startsWith(tongue));
    return fits.find((each) => /cn|hans|us|gb/i.test(each.lang) && each.localService) ?? fits[0] ?? null;
  };

  let turn = 0; /* whoever reads with an older one has been told to stop */
  let sound = null;

  const breaths = (text) => {
    const found = [""];
    for (const part of text.split(/(?<=[。！？；，：\n.!?;])/u)) {
      if ((found.at(-1) + part).length > MOST_CHARS && found.at(-1)) found.push("");
      found[found.length - 1] += part;
    }
    return found.map((each) => each.trim()).filter(Boolean);
  };
  const breath = (text, mine) => new Promise((done) => {
    if (mine !== turn) return done();
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.voice = voice();
    spoken.lang = spoken.voice.lang;
    spoken.rate = 0.9;
    const late = setTimeout(done, 4000 + text.length * A_CHAR);
    spoken.onend = spoken.onerror = () => { clearTimeout(late); done(); };
    synth.speak(spoken);
  });
  const say = async (text, mine) => {
    for (const each of breaths(text)) await breath(each, mine);
  };
  const hear = (address) => new Promise((done) => {
    sound = new Audio(address);
    sound.onended = () => done(true);
    sound.onpause = () => done(true);
    sound.onerror = () => done(false);
    sound.play().catch(() => done(false));
  });

  const main = () => [...document.getElementById("main").children]
    .filter((part) => part !== box && part !== phone && !part.matches(".foot, script"))
    .map((part) => part.innerText).join("\n");
  const read = async (job, mine) => {
    job.classList.add("aloud-now");
    job.scrollIntoView({ block: "center" });
    await say(job.dataset.spoken, mine);
    job.classList.remove("aloud-now");
  };

  /* what was recorded; then the jobs, or the whole page where nobody recorded anything */
  async function page(mine) {
    let recorded = false;
    for (const item of items) {
      if (mine !== turn) return;
      const heard = item.clip ? await hear(item.clip) : false;
      recorded ||= heard;
      if (!heard && voice()) await say(item.says, mine);
      else if (!heard) phone.hidden = false;
    }
    if (!voice()) return;
    if (jobs.length) for (const job of jobs) { if (mine === turn) await read(job, mine); }
    else if (!recorded) await say(main(), mine);
  }

  const quiet = () => {
    turn += 1;
    sound?.pause();
    synth?.cancel();
    show();
  };
  async function start(what) {
    quiet();
    const mine = turn;
    play.hidden = true;
    stop.hidden = false;
    await what(mine);
    if (mine === turn) show();
  }

  let offered = false;
  function show() {
    const recorded = items.some((item) => item.clip);
    const can = recorded || Boolean(voice());
    bar.hidden = !can;
    phone.hidden = can;
    box.hidden = !can && !box.querySelector("details"); /* no empty place above the heading */
    play.hidden = false;
    stop.hidden = true;
    if (voice() && jobs.length > 1 && !offered) {
      offered = true;
      for (const job of jobs) {
        const button = box.querySelector("[data-aloud-job]").content.firstElementChild.cloneNode(true);
        button.addEventListener("click", () => start((mine) => read(job, mine)));
        job.append(button);
      }
    }
  }

  play.addEventListener("click", () => start(page));
  stop.addEventListener("click", quiet);
  addEventListener("pagehide", quiet);
  synth?.addEventListener?.("voiceschanged", () => { if (stop.hidden) show(); });
  show();
})();
