"""Outside lines, one folder each: sheets and papers that come in and go out. Screens offer them."""
