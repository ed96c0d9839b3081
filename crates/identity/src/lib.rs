//! That people are who they say: passwords, secrets of sessions and tokens, OpenID Connect. Keeps nothing, decides no right.
