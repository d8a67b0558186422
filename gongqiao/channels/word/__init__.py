"""Word papers, for the station's file and the district's inspectors."""
