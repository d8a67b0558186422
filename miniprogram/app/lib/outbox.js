/* What was said and has not arrived yet. It stands on the phone before it is sent, goes when there is a network, and is
   the same ticket however often it is sent. What the server refuses stays, with the reason, until the person decides. */
const api = require("./api");
const files = require("./files");
const once = require("./once");
const store = require("./store");

const NAME = "outbox";
const RECEIPTS = "receipts";
const MOST_RECEIPTS = 20;

const waiting = () => store.get(NAME, []);
const receipts = () => store.get(RECEIPTS, []);

function write(rows) {
  return store.put(NAME, rows);
}

/* Kept, or false when the phone has no room: then the page says so and holds on to the words. */
function add(said) {
  const row = Object.assign({ key: once.random(), at: Date.now(), refused: "" }, said);
  return write(waiting().concat([row])) ? row : null;
}

function drop(key) {
  const gone = waiting().filter((row) => row.key === key);
  write(waiting().filter((row) => row.key !== key));
  gone.forEach((row) => files.forget(row.files));
}

function mark(key, refused) {
  write(waiting().map((row) => (row.key === key ? Object.assign({}, row, { refused }) : row)));
}

function arrived(row, answer) {
  const receipt = { at: row.at, number: answer.number, code: answer.code, answer_by: answer.answer_by };
  store.put(RECEIPTS, [receipt].concat(receipts()).slice(0, MOST_RECEIPTS));
  drop(row.key);
  return receipt;
}

async function sendOne(row) {
  try {
    return arrived(row, await api.say(row, await files.read(row.files)));
  } catch (trouble) {
    if (!trouble.passing) mark(row.key, trouble.words || String(trouble));
    throw trouble;
  }
}

/* One round at a time, oldest first; it ends at the first that finds no way. -> how many arrived, and the last trouble. */
const flush = once.single(async () => {
  const round = { sent: [], trouble: null };
  for (const row of waiting().filter((each) => !each.refused)) {
    try {
      round.sent.push(await sendOne(row));
    } catch (trouble) {
      round.trouble = trouble;
      if (trouble.passing) break;
    }
  }
  return round;
});

module.exports = { waiting, receipts, add, drop, flush };
