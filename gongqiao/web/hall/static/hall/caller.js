/* Says what is called: recorded clips, else a Chinese voice of this computer, else the screen flashes. One tap starts it. */
"use strict";
const button = document.querySelector("[data-start]");
const told = document.querySelector("[data-voice]");
const heard = new Set(standing().map((each) => each.dataset.said)); // what stood here before anybody listened
const line = [];
let listening = false;
let talking = false;

function standing() {
  return [...document.querySelectorAll("[data-said]")];
}

function voice() {
  const wanted = document.documentElement.lang.slice(0, 2);
  return window.speechSynthesis?.getVoices().find((each) => each.lang.slice(0, 2) === wanted);
}

function clip(address) {
  return new Promise((done, failed) => {
    const sound = new Audio(address);
    sound.addEventListener("ended", done);
    sound.addEventListener("error", failed);
    sound.play().catch(failed);
  });
}

function speak(words) {
  return new Promise((done) => {
    const saying = new SpeechSynthesisUtterance(words);
    saying.voice = voice();
    saying.lang = saying.voice.lang;
    saying.rate = 0.85;
    saying.addEventListener("end", done);
    saying.addEventListener("error", done);
    speechSynthesis.speak(saying);
  });
}

function show(how) {
  told.textContent = told.dataset[how];
  told.dataset.how = how;
}

async function say(each) {
  const clips = each.clips.split(" ").filter(Boolean);
  if (clips.length) {
    show("clips");
    try {
      for (const address of clips) await clip(address);
      return;
    } catch {
      /* a clip that will not play: the computer's voice says it, or the flash stands */
    }
  }
  show(voice() ? "speech" : "silent");
  if (voice()) await speak(each.words);
}

async function go() {
  if (talking || !listening) return;
  talking = true;
  while (line.length) await say(line.shift());
  talking = false;
}

document.addEventListener("wall:fresh", () => {
  for (const each of standing().reverse()) {
    if (heard.has(each.dataset.said)) continue;
    heard.add(each.dataset.said);
    if (listening) line.push({ words: each.dataset.words, clips: each.dataset.clips });
  }
  go();
});

button.addEventListener("click", () => {
  listening = true;
  button.hidden = true;
  show(standing().some((each) => each.dataset.clips) ? "clips" : voice() ? "speech" : "silent");
  if (voice()) speechSynthesis.speak(new SpeechSynthesisUtterance(" ")); // the tap unlocks the sound
});
