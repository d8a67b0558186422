/* A page of the site, signed in by a ticket that is good once and for a minute; only its path is chosen here. */
const api = require("../../lib/api");
const page = require("../../lib/page");
const site = require("../../site");

Component({
  behaviors: [page],
  data: { address: "" },
  methods: {
    onLoad(query) {
      this.dress("site");
      const to = decodeURIComponent(query.to || "/");
      return this.act(async () => {
        const made = await api.ticket(to);
        this.setData({ address: site.server + "/enter/?ticket=" + encodeURIComponent(made.ticket) });
      });
    },
  },
});
