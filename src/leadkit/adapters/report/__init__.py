"""The review of a period as one offline HTML page."""
