"""What it all means: steps, incidents, verdict, figures, and what to fetch next. Plain data in, plain data out."""
