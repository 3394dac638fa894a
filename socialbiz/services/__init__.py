"""What is done with operators, ventures and commissioned projects."""
