"""Racing writers: processes of their own, every thread of them on a connection of its own, let go at one moment."""
