"""Results drawn into their pictures and videos."""
