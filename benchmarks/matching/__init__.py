"""Speed, exactness and proof of the matching engine, beside peers in their best form, in one run."""
