"""What people do in placement, one noun a file: offers, attendance, wages, ratings, queue, dispatch."""
