"""A telephone hotline that listens, understands and answers in German."""
