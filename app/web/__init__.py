"""The web: deps, templating, language, security, static files; api/ answers JSON, pages/ answers HTML."""
