"""Two graphs -> what became of the one in the other."""
