"""A text that is clear in Python and SM4-GCM in the database."""

from typing import Any

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact, IsNull
from django.db.models.query_utils import DeferredAttribute

from gongqiao.foundation.crypto.errors import SealError
from gongqiao.foundation.crypto.seal import Sealed, place, seal_text


class OpeningAttribute(DeferredAttribute):
    """Decrypts on first reading; keeps the stored ciphertext while the value stays the same."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname)
        if isinstance(value, Sealed):
            return value.open(self.field.aad(instance))
        return super().__get__(instance, cls)

    def __set__(self, instance: models.Model, value: Any) -> None:
        held = instance.__dict__.get(self.field.attname)
        if isinstance(held, Sealed) and isinstance(value, str) and held.clear_if_opened() == value:
            return
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Sealed under the active key and bound to model, field and primary key; "" and NULL stay as they are.

    Find rows by a blind index beside it: the only lookups are `exact=""` and `isnull`. QuerySet.update and
    bulk_update are refused, bulk_create works. The primary key must be known before saving (a UUID default).
    """

    descriptor_class = OpeningAttribute
    description = "Text encrypted with SM4-GCM"

    def aad(self, instance: models.Model) -> bytes:
        return place(self.model._meta.label_lower, self.name, instance.pk)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if isinstance(self.model._meta.pk, models.AutoField):
            hint = "Give the model a UUIDField(primary_key=True, default=uuid.uuid4)."
            found.append(checks.Error("An encrypted field needs a key known before saving.", hint, self, "crypto.E001"))
        if self.unique or self.db_index:  # type: ignore[attr-defined]
            hint = "Put the unique or index on a blind-index field beside it."
            found.append(checks.Error("Equal values have different ciphertexts.", hint, self, "crypto.E002"))
        return found

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Sealed | str | None:
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The ciphertext to write: the stored one when nothing changed, else a new one."""
        held = model_instance.__dict__.get(self.attname)
        if isinstance(held, Sealed):
            aad = self.aad(model_instance)
            if not add and held.fits(aad):
                return held
            if add and held.fits(aad):
                held.open(aad)  # a row copied unread under a new key fails here, not when it is read
                return held
            held = held.clear_if_opened()
        if held is None or held == "":
            return held
        if not isinstance(held, str):
            raise SealError(f"{self}: only text can be sealed, not {type(held).__name__}")
        sealed = seal_text(held, self.aad(model_instance))
        model_instance.__dict__[self.attname] = sealed
        return sealed

    def get_prep_value(self, value: Any) -> Any:
        return value if isinstance(value, Sealed) else super().get_prep_value(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, Sealed):
            return value.text
        if value is None or value == "":
            return value
        raise SealError(f"{self}: UPDATE cannot seal a value for each row; change it on the row and save it")

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Expressions (F, Value, the Case of bulk_update) would write clear or foreign text: refused."""
        if hasattr(value, "as_sql") or hasattr(value, "resolve_expression"):
            raise SealError(f"{self}: an expression cannot be sealed; change the value on the row and save it")
        return "%s"

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "exact":
            return ExactEmpty
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self} is encrypted and cannot be searched by {lookup_name!r}; search its blind index")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self} is encrypted and cannot be searched by {lookup_name!r}; search its blind index")


class ExactEmpty(Exact):
    """`field=""` asks whether there is a value; every other value has no ciphertext to compare with."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            field = getattr(self.lhs, "target", self.lhs)
            raise FieldError(f"{field} is encrypted and cannot be compared with a value; search its blind index")
        return self.rhs
