/* Money is whole fen: 18000 of a day is 180 元/天. */
const words = require("./words");

function yuan(fen) {
  const whole = Math.floor(fen / 100);
  const part = fen % 100;
  return words.t("yuan", { amount: part ? whole + "." + String(part).padStart(2, "0") : whole });
}

function pay(fen, unit) {
  if (fen === null || fen === undefined) return words.t("pay_not_said");
  return words.t("pay", { amount: yuan(fen), unit: words.named("unit", unit) });
}

module.exports = { yuan, pay };
