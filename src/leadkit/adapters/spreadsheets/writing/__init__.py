"""The parts of a workbook that is written: its frame, its looks and the markup of its rows."""
