/* A thing done twice is done once: its key is made at the first tap and kept until an answer has come. */
const store = require("./store");

const NAME = "keys";

function random() {
  let text = "";
  for (let part = 0; part < 4; part += 1) {
    text += Math.floor(Math.random() * 0x100000000)
      .toString(16)
      .padStart(8, "0");
  }
  return text;
}

function keyFor(what) {
  const keys = store.get(NAME, {});
  if (!keys[what]) {
    keys[what] = random();
    store.put(NAME, keys);
  }
  return keys[what];
}

function settled(what) {
  const keys = store.get(NAME, {});
  delete keys[what];
  store.put(NAME, keys);
}

/* While the first call of `work` runs, further ones wait for the same end. */
function single(work) {
  let running = null;
  return (...facts) => {
    if (!running) {
      running = work(...facts);
      const over = () => {
        running = null;
      };
      running.then(over, over);
    }
    return running;
  };
}

module.exports = { random, keyFor, settled, single };
