"""What a class's grades say: reports, similarity, late days, exports."""
