"""What people do in a study: the team, the talks, what was said, what was picked out of it, taking it back."""
