"""The mock interview: what is asked (script), in which order (progress), with which help (hints), and what came of it
(report). `Mocks` in mocks.py are its use-cases; sets.py is the sheet an interviewer opens without an account."""
