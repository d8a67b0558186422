/* What stays on the phone, by name. A phone whose store is full or broken still shows jobs. */
function get(name, otherwise) {
  try {
    const value = wx.getStorageSync(name);
    return value === "" || value === undefined ? otherwise : value;
  } catch (error) {
    return otherwise;
  }
}

/* Whether it was kept: what must not be lost asks. */
function put(name, value) {
  try {
    wx.setStorageSync(name, value);
    return true;
  } catch (error) {
    return false;
  }
}

function drop(name) {
  try {
    wx.removeStorageSync(name);
  } catch (error) {
    put(name, "");
  }
}

module.exports = { get, put, drop };
