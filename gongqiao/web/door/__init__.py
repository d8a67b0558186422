"""The door: signing in and out, choosing the post to act in, language and large print."""
