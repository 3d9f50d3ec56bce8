"""The process around decisions: for now, how a lead is nurtured at its stage."""
