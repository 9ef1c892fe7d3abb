"""What does a second factor say, and is it this person's? On allauth's models, without its log-in."""
