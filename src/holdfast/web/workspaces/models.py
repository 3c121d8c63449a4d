"""Keys, members and what they did, as they are kept: secrets hashed, never as they were given out."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from holdfast.web.workspaces.roles import May, Role, allows
from holdfast.words.reading import tagged


class Key(models.Model):
    """What a program shows to be let in; of its text only a hash and the first letters are kept."""

    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=200, blank=True)
    scopes = models.JSONField(default=list)
    begins = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"{self.begins}... ({self.kind})"


class Members(BaseUserManager["Member"]):
    """Django's way to the members."""


class Member(AbstractBaseUser):
    """Someone of the business who works with Holdfast; one who left is kept, and not let in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    language = models.CharField(max_length=8, blank=True)
    digits = models.CharField(max_length=8, blank=True)
    calendar = models.CharField(max_length=12, blank=True)
    toman = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    second_factor_at = models.DateTimeField(null=True)
    """Since when a code is asked for besides; None where none is."""

    objects = Members()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]  # noqa: RUF012 - Django's own type

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def get_session_auth_hash(self) -> str:
        """What a session holds while password and second factor stay as they were when it began."""
        since = self.second_factor_at
        return super().get_session_auth_hash() + (f" {since.timestamp()}" if since else "")

    def reads(self, language: str) -> str:
        """The tag of a language with how this member reads: digits, calendar, toman."""
        return tagged(language, digits=self.digits, calendar=self.calendar, toman=self.toman)

    def may(self, act: May) -> bool:
        """Whether this member may do something."""
        return self.is_active and allows(self.role, act)


class SignInLink(models.Model):
    """A way in for one member, for one time and not for long; only its hash is kept."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"a link for {self.member}"


class RecoveryCode(models.Model):
    """A code that lets in once in place of the app's; only its hash is kept."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"a recovery code of {self.member}"


class Identity(models.Model):
    """Who a member is to a provider of sign-in, by which alone they are recognised once it is known."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    class Meta:
        """Django's place for what is said of the table."""

        constraints = (
            models.UniqueConstraint(fields=("issuer", "subject"), name="one_member_a_subject"),
            models.UniqueConstraint(fields=("member", "issuer"), name="one_subject_a_member"),
        )

    def __str__(self) -> str:
        return f"{self.member} at {self.issuer}"


class Attempt(models.Model):
    """One attempt to sign in that failed: of which address or mailbox, by their hashes."""

    about = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"an attempt at {self.at:%Y-%m-%d %H:%M}"


class Deed(models.Model):
    """One line of the audit log: who did what, to what, when, within which request."""

    at = models.DateTimeField(db_index=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True)
    did = models.CharField(max_length=40)
    about = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    request = models.CharField(max_length=64, blank=True)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.did} {self.about} at {self.at:%Y-%m-%d %H:%M}"
