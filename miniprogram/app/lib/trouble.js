/* What went wrong, in words to show. `status` 0: nothing came back at all, so nobody knows whether it arrived. */
class Trouble extends Error {
  constructor(words, facts) {
    super(words);
    this.words = words;
    this.status = (facts && facts.status) || 0;
    this.code = (facts && facts.code) || "";
  }

  /* Whether sending the same thing again may help. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

module.exports = { Trouble };
