"""Names of companies, what names nobody, and where a lead came from."""
