"""Who may enter: members with roles, their sign-in and what they saw and changed; keys of programs."""
