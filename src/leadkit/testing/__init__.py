"""What helps in testing with leadkit: a sample company's sheets."""
