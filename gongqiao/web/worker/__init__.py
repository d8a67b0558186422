"""The worker site: jobs without signing in; my work and my pay after it."""
