"""What schemathesis does not know by itself: a body of TOML is its text."""

import schemathesis


@schemathesis.serializer("application/toml")
def toml(context, value):
    return value.encode() if isinstance(value, str) else str(value).encode()
