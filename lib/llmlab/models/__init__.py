"""Small models that experiments train in seconds; they take the learner's own parts."""
