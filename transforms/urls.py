"""One spelling for one address.

`canonicalise` yields the key an article is stored under. It is an identity, not necessarily
the address that was fetched (the capture keeps that). Rules, in order (RFC 3986 §6, and
what news sites do on top of it):

* scheme and host lower case, IDNA to ASCII, user info, default port and fragment dropped;
* ``http`` becomes ``https`` on default ports, as sites move and feeds lag behind; with an
  explicit port the scheme is kept, since the two cannot be the same server;
* ``www.``, mobile (``m.``, ``mobile.``) and AMP hosts are dropped. ``www.`` goes rather than
  stays because feeds, canonical links and share buttons of one outlet mix both, and the
  shorter form can be derived from either, the longer one cannot (``m.`` hides it);
* AMP path parts and parameters, tracking parameters, a trailing slash and an index file are
  dropped; the query is sorted, empty values kept;
* percent-encoding is reduced to what RFC 3986 requires, in upper-case hex.

``file:`` addresses are returned untouched.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit, urlunsplit

import tld

DEFAULT_PORTS = {"http": 80, "https": 443}

# courlan's tracker list is aimed at crawling and also drops names that select an article on
# some news sites (`id`-like parameters), so only unmistakable trackers are listed here.
_TRACKERS = re.compile(
    r"^(?:utm_.*|mtm_.*|pk_.*|mc_[ce]id|ga_.*|itm_.*|at_.*|ns_.*|vero_.*|oly_.*|hsa_.*|_hs.*|__s|"
    r"(?:fb|g|dc|y|ym|tw|tt|msk|wick|srs|li_fat_|ml_subscriber_)clid|gclsrc|wbraid|gbraid|msclkid|"
    r"ysclid|igshid?|igsh|mkt_tok|yadclid|_openstat|from_source|rss|cmpid|ocid|ncid|"
    r"sr_share|share|shared|feature|spm|s_cid|smid|smtyp|fb_(?:action_.*|source|ref)|"
    r"ref|ref_src|ref_url|referrer|xtor|taboola.*|_ga|_gl|cid_source|wt_.*|traffic_source)$",
    re.IGNORECASE,
)
_AMP_PARAMETER = re.compile(r"^(?:amp|amp_.*|isamp)$", re.IGNORECASE)
_AMP_VALUE = re.compile(r"^(?:output|outputtype|view|type|mode)$", re.IGNORECASE)
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|mob|wap)\.(?=[^.]+\.[^.])")
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_TAIL = re.compile(r"/amp$", re.IGNORECASE)
_AMP_HEAD = re.compile(r"^/amp(?=/)", re.IGNORECASE)
_AMP_SUFFIX = re.compile(r"\.amp(?=\.html?$|$)", re.IGNORECASE)
_SAFE_PATH = "/!$&'()*+,;=:@-._~"


def canonicalise(url: str) -> str:
    """The canonical form of an absolute address; idempotent, never raises.

    What is not an http(s) address (``file:``, other schemes, rubbish) is returned stripped
    of surrounding space only.
    """
    url = url.strip()
    if not url[:8].lower().startswith(("http://", "https://")):
        return url
    try:
        # characters a browser drops or that end an address inside running text
        parts = urlsplit(re.sub(r"[\x00-\x20\x7f]+", "", url))
        host, port = _host(parts)
    except ValueError:
        return url
    if not host:
        return url
    scheme = parts.scheme.lower()
    if port is None or port == DEFAULT_PORTS[scheme]:
        scheme, netloc = "https", host
    else:
        netloc = f"{host}:{port}"
    return urlunsplit((scheme, netloc, _path(parts.path), _query(parts.query), ""))


def same_site(first: str, second: str) -> bool:
    """Whether two addresses belong to one registrable domain (or one literal host)."""
    one, two = _site(host_of(first)), _site(host_of(second))
    return bool(one) and one == two


def host_of(url: str) -> str:
    """The host of an address, lower case; empty where there is none."""
    try:
        return (urlsplit(url.strip()).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def _site(host: str) -> str:
    """Registrable domain by the public suffix list bundled with `tld`.

    Under a suffix the list does not know, the last two labels.
    """
    if not host or _is_ip(host):
        return host
    try:
        found = tld.get_fld(f"https://{host}", fail_silently=True)
    except (ValueError, tld.exceptions.TldBadUrl):
        found = None
    return found or ".".join(host.split(".")[-2:])


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _host(parts: SplitResult) -> tuple[str, int | None]:
    host = (parts.hostname or "").lower().rstrip(".")
    if ":" in host:
        return f"[{host}]", parts.port
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = quote(host)
    # Repeated: `www.m.outlet.example` occurs, and idempotence asks for a fixed point.
    while not _is_ip(host) and _HOST_PREFIX.match(host):
        host = _HOST_PREFIX.sub("", host)
    return host, parts.port


def _path(path: str) -> str:
    before = None
    while before != path:
        before = path
        path = quote(_unquote_unreserved(path), safe=_SAFE_PATH + "%")
        path = re.sub(r"%[0-9a-fA-F]{2}", lambda m: m[0].upper(), path)
        path = re.sub(r"%(?![0-9A-F]{2})", "%25", path)
        path = _without_dots(re.sub(r"/{2,}", "/", path))
        path = _AMP_HEAD.sub("", _AMP_TAIL.sub("", path.rstrip("/")))
        path = _INDEX_FILE.sub("", _AMP_SUFFIX.sub("", path))
    return path or "/"


def _unquote_unreserved(path: str) -> str:
    """Decode escapes of unreserved ASCII characters only: others may change the meaning."""
    return re.sub(
        r"%(2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])",
        lambda m: unquote(m[0]),
        path,
    )


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if len(kept) > 1:
                kept.pop()
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = sorted(
        (name, value)
        for name, value in pairs
        if not _TRACKERS.match(name)
        and not _AMP_PARAMETER.match(name)
        and not (value.lower() == "amp" and _AMP_VALUE.match(name))
    )
    return "&".join(
        quote(name, safe="", errors="surrogateescape")
        + ("=" + quote(value, safe="", errors="surrogateescape") if value else "=")
        for name, value in kept
    )
