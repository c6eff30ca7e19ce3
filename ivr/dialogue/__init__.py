"""What a telephone conversation needs beyond an answer: repair, waiting, hand-over. Pure."""
