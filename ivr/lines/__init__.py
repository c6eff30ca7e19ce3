"""Ways in and out of the house: each line brings calls as legs."""
