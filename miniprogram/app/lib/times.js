/* Times in the words of a notice board. A WeChat mini program serves the mainland: one zone, whatever the phone says. */
const words = require("./words");

const ZONE = 8 * 3600 * 1000;
const DAY = 24 * 3600 * 1000;

/* The time on the wall there, as a Date whose UTC parts are meant. Some phones read no more than milliseconds. */
function wall(text) {
  return new Date(new Date(String(text).replace(/\.\d+/, "")).getTime() + ZONE);
}

const two = (number) => String(number).padStart(2, "0");
const clock = (at) => two(at.getUTCHours()) + ":" + two(at.getUTCMinutes());
const dayNumber = (at) => Math.floor(at.getTime() / DAY);

function day(at, now) {
  const ahead = dayNumber(at) - dayNumber(new Date(now + ZONE));
  const near = { "-1": "yesterday", 0: "today", 1: "tomorrow", 2: "after_tomorrow" }[ahead];
  if (near) return words.t(near);
  const weekday = words.t("weekdays").split(" ")[at.getUTCDay()];
  const month = words.t("months").split(" ")[at.getUTCMonth()];
  return words.t("date", { month, day: at.getUTCDate(), weekday });
}

/* 今天 08:00–16:00; 明天 22:00–次日 06:00. */
function span(from, to, now) {
  const begins = wall(from);
  const ends = wall(to);
  const until = dayNumber(ends) === dayNumber(begins) ? clock(ends) : words.t("next_day", { time: clock(ends) });
  return day(begins, now) + " " + clock(begins) + "–" + until;
}

/* 今天 16:10. */
function moment(text, now) {
  return text ? day(wall(text), now) + " " + clock(wall(text)) : words.t("not_said");
}

module.exports = { span, moment };
