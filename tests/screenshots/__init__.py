"""Pictures of every screen in every state, from the real server and a real browser."""
