/* 订阅消息, asked for at the moment of applying. WeChat opens its window only straight from a tap, so the templates are
   known beforehand and this is called first. Whatever comes of it, the application goes on. */
function ask(templates) {
  const ids = Object.keys(templates || {});
  if (!ids.length || !wx.requestSubscribeMessage) return Promise.resolve([]);
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({
      tmplIds: ids.slice(0, 3),
      success: (said) => resolve(ids.filter((id) => said[id] === "accept").map((id) => templates[id])),
      fail: () => resolve([]),
    });
  });
}

/* {work: id} of the server -> {id: "work"} of those that are asked for here. */
function wanted(settings, purposes) {
  const found = {};
  purposes.forEach((purpose) => {
    const id = settings && settings.templates && settings.templates[purpose];
    if (id) found[id] = purpose;
  });
  return found;
}

module.exports = { ask, wanted };
