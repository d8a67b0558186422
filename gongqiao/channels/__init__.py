"""Outside lines, one folder each: sheets and papers that come in and go out. A screen may offer one; none knows a screen."""
