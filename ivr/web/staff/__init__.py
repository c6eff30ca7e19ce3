"""Staff: how they sign in, what they may see, and who they are."""
