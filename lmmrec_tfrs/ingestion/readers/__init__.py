"""Row formats: what the columns of each published data set mean."""
