"""A store over HTTP: how it is reached and asked, by whatever room does so."""
