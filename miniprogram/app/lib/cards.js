/* Jobs and work in words, ready to be shown; a missing fact is said, never blank. */
const money = require("./money");
const times = require("./times");
const words = require("./words");

const said = (value) => (value === null || value === undefined || value === "" ? words.t("not_said") : value);

function job(shift, now) {
  return {
    id: shift.id,
    title: shift.title,
    pay: money.pay(shift.pay_fen, shift.pay_unit),
    when: times.span(shift.starts_at, shift.ends_at, now),
    employer: shift.employer,
    meeting: words.t("meeting", { where: said(shift.meeting_point || shift.place) }),
    paid: shift.pay_when ? words.named("paid", shift.pay_when) : words.t("paid_not_said"),
    wanted: shift.open > 0 ? words.t("wanted", { count: shift.open }) : words.t("full"),
    open: shift.open > 0,
    verified: shift.verified_at
      ? words.t("verified", { who: shift.verified_by, when: times.moment(shift.verified_at, now) })
      : "",
  };
}

/* The whole of one job, line by line. */
function facts(shift, now) {
  const line = (name, value) => ({ name: words.t(name), value: said(value) });
  return [
    line("fact_trade", shift.trade_name),
    line("fact_content", shift.content),
    line("fact_conditions", shift.conditions),
    line("fact_when", times.span(shift.starts_at, shift.ends_at, now)),
    line("fact_place", shift.place),
    line("fact_meeting", shift.meeting_point),
    line("fact_paid", shift.pay_when && words.named("paid", shift.pay_when)),
    line("fact_meals", shift.meals),
    line("fact_travel", shift.travel),
    line("fact_insurance", shift.insurance),
  ];
}

const TONES = { accepted: "ok", confirmed: "ok", on_site: "ok", done: "ok", no_show: "no", cancelled: "no" };

const AHEAD = ["applied", "waitlisted", "accepted", "confirmed"]; /* he may still say that he does not go */

/* One line of my work: how it stands, when, where, the pay. */
function work(row, now) {
  const shift = row.shift;
  const wage = row.wage;
  return {
    id: row.id,
    title: shift.title,
    state: words.named("state", row.state),
    tone: TONES[row.state] || "wait",
    when: times.span(shift.starts_at, shift.ends_at, now),
    where: words.t("meeting", { where: said(shift.meeting_point || shift.place) }),
    pay: money.pay(shift.pay_fen, shift.pay_unit),
    ahead: AHEAD.includes(row.state),
    answer: row.state === "offered" && row.answer_by ? words.t("answer_by", { when: times.moment(row.answer_by, now) }) : "",
    wage: wage ? words.t("wage_" + wage.state, { amount: money.yuan(wage.state === "paid" ? wage.paid_fen : wage.due_fen) }) : "",
  };
}

module.exports = { job, facts, work };
