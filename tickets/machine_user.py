"""Who types a command: the user of this machine."""

import os
import pwd


def machine_user() -> str:
    # Not getpass.getuser(): it reads the environment, which only the settings do.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run as a user without a name
        return f"user {os.getuid()}"
