/* One job of the list. The whole card opens it; to a screen reader it is one button with a name. */
Component({
  properties: { card: { type: Object, value: {} } },
  methods: {
    open() {
      this.triggerEvent("open", { id: this.data.card.id });
    },
  },
});
