"""Practice calls: exercises, the synthetic customer, and what a trainee did well or missed."""
