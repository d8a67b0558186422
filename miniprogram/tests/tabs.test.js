const simulate = require("miniprogram-simulate");
const { phone, drawn } = require("./phone");

const here = phone();
global.wx = Object.assign(global.wx, here.wx);
const draw = drawn(simulate, "custom-tab-bar/index");

test("four tabs in words; a tap leads to its page", () => {
  const bar = draw();
  expect(bar.data.tabs.map((tab) => tab.text)).toEqual(["找活", "我的活", "有话说", "我的"]);
  bar.instance.go({ currentTarget: { dataset: { at: 2 } } });
  expect(here.made.tabs).toEqual(["/pages/say/say"]);
});
