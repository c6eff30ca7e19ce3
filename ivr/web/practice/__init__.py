"""Practice calls on the pages: what to practise, how it went, and exercises of one's own."""
