"""亲友替办: whom a worker named to look at jobs and answer for him; both agreed, all is written down, he ends it."""
