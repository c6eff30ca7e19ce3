"""What the program answers over HTTP. Thin: each route calls one use-case."""
