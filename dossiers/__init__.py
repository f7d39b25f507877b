"""What we know of a peace process before reading any news: data, and a small typed loader."""

from dossiers.catalogue import load_catalogue
from dossiers.errors import DossierError
from dossiers.loader import load, names
from dossiers.vocabulary import ALIGNMENT, OWNERSHIP

__all__ = ["ALIGNMENT", "OWNERSHIP", "DossierError", "load", "load_catalogue", "names"]
