"""E-mail: HTML and plain text of our own making, threaded, over SMTP.

The address is one of Apprise's (``mailto://``, ``mailtos://``) and read by it, with all it knows
of providers. The message is ours: Apprise would make its plain text of the HTML, and cannot
thread. Updates name the first message about their event in ``In-Reply-To`` and ``References``
(RFC 5322, 3.6.4); ``Message-ID`` is made of the alert's id, so that a repeat bears the same.
"""

from __future__ import annotations

import smtplib
import ssl
import warnings
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from importlib import import_module
from typing import Any, Final

from alerts.errors import PermanentChannelError, TransientChannelError
from alerts.letters import Letter, word
from alerts.render import Message, Name, plain_name

SCHEMES: Final = ("mailto", "mailtos")
STEP_SECONDS: Final = 15.0
"""Time to connect, and for each answer of the server."""
PAGE: Final = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
    "<body>\n{body}</body></html>\n"
)


class MailChannel:
    """Sends letters to the addresses of one Apprise e-mail URL, one message to all of them."""

    in_flight = 1
    takes_digests = True

    def __init__(self, target: Any, *, owner: str = "e-mail", name: Name = plain_name) -> None:
        self._target = target
        self._owner = owner
        self._name = name

    def knows(self, key: str) -> bool | None:
        """Never known: a server that took a message does not tell later."""
        return None

    def close(self) -> None:
        """Nothing to let go of: each message has a connection of its own."""

    def send(self, letter: Letter) -> str:
        """Sends one message; returns its Message-ID.

        Raises:
            TransientChannelError: the server was not reached, or may take it later.
            PermanentChannelError: it refuses this message, or some of the addresses.
        """
        target = self._target
        sender = str(target.from_addr[1])
        receivers = [*(address for _, address in target.targets), *target.cc, *target.bcc]
        message = compose(letter, word(letter, self._name), target)
        try:
            with self._connected() as server:
                refused = server.send_message(message, sender, receivers)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPDataError as error:
            raise self._failure(error.smtp_code, str(error)) from None
        except (OSError, smtplib.SMTPException) as error:
            # A login or a sender that is refused can be mended, and then what waits goes out.
            raise TransientChannelError(f"{self._owner}: {_words(error)}") from None
        if refused:
            codes = [code for code, _ in refused.values()]
            raise self._failure(min(codes), f"refuses {len(refused)} of {len(receivers)} addresses")
        return str(message["Message-ID"])

    def _failure(self, code: int, why: str) -> TransientChannelError | PermanentChannelError:
        kind = PermanentChannelError if 500 <= code < 600 else TransientChannelError
        return kind(f"{self._owner}: {code} {' '.join(why.split())[:200]}")

    def _connected(self) -> smtplib.SMTP:
        target = self._target
        context = ssl.create_default_context()
        if not target.verify_certificate:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        mode = str(getattr(target.secure_mode, "value", target.secure_mode))
        where = (str(target.smtp_host), int(target.port))
        if mode == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=STEP_SECONDS, context=context)
        else:
            server = smtplib.SMTP(*where, timeout=STEP_SECONDS)
        try:
            if mode == "starttls":
                server.starttls(context=context)
            if target.user and target.password:
                server.login(target.user, target.password)
        except BaseException:
            server.close()
            raise
        return server


def mail_target(url: str) -> Any | None:
    """What Apprise reads of an e-mail address, where `MailChannel` can serve it; else None.

    It cannot where messages are to be encrypted: that stays with Apprise.
    """
    if url.partition("://")[0].lower() not in SCHEMES:
        return None
    apprise = import_module("apprise")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # as in `AppriseChannel`
        target = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if target is None or not target.targets or str(target.pgp_mode) != "no":
        return None
    return target


def compose(letter: Letter, words: Message, target: Any) -> EmailMessage:
    """The message: headers, plain text, and HTML as its alternative.

    What is from outside, the subject, is one line already (`alerts.harmless`).
    """
    sender = str(target.from_addr[1])
    message = EmailMessage(policy=SMTP)
    # The library would decode what looks like an encoded word (RFC 2047), line breaks and all.
    message["Subject"] = words.subject.replace("=?", "=\u2060?")
    message["From"] = _address(target.from_addr[0], sender)
    message["To"] = [_address(name, address) for name, address in target.targets]
    if target.cc:
        message["Cc"] = [_address(target.names.get(a), a) for a in sorted(target.cc)]
    if target.reply_to:
        message["Reply-To"] = [_address(None, a) for a in sorted(target.reply_to)]
    message["Date"] = letter.created_at
    message["Message-ID"] = message_id(letter.key, sender)
    if letter.thread is not None:
        first = letter.thread.reference or message_id(letter.thread.key, sender)
        message["In-Reply-To"] = message["References"] = first
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
    message["X-Araxes-Key"] = letter.key
    for header, value in target.headers.items():
        message[header] = value
    # Base64 keeps every line short whatever the script, and needs no extension of the server's.
    message.set_content(words.text, cte="base64")
    page = PAGE.format(title="Araxes", body=words.html)
    message.add_alternative(page, subtype="html", cte="base64")
    return message


def message_id(key: str, sender: str) -> str:
    """``<alr_…@the sender's domain>``."""
    return f"<{key}@{sender.rpartition('@')[2] or 'localhost'}>"


def _address(name: object, address: str) -> Address:
    return Address(str(name) if name else "", addr_spec=address)


def _words(error: Exception) -> str:
    """What went wrong, in a line; a refused login's answer may repeat the user's name."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{error.smtp_code} the server refuses the login"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {type(error).__name__}"
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
