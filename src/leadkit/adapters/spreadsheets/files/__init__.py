"""Files as grids of cells: CSV, workbooks and JSON lines, looked at with suspicion first."""
