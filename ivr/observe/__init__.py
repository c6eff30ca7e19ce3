"""What the program tells of itself: log messages and measurements, none of them personal."""
