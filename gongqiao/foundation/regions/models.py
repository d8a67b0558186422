"""The region tree: 12-digit codes, a scope is a code prefix. Shared by all markets."""

from django.db import models

OFFICES = ("社区居民委员会", "社区居委会", "村民委员会", "村委会", "居委会", "居民委员会")


def short_name(name: str) -> str:
    """What people say: 五里亭, not 五里亭社区居委会."""
    for tail in OFFICES:
        if name.endswith(tail) and len(name) > len(tail) + 1:
            return name.removesuffix(tail)
    return name


class Level(models.IntegerChoices):
    PROVINCE = 1, "省"
    CITY = 2, "市"
    COUNTY = 3, "县区"
    STREET = 4, "街道乡镇"
    COMMUNITY = 5, "社区村"


class Region(models.Model):
    """One place of the official division; its point may be missing, then its parent's is used and said to be rough."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    pinyin = models.CharField(max_length=160, blank=True)
    initials = models.CharField(max_length=40, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    point_source = models.CharField(max_length=20, blank=True)  # geonames, approximate, illustrative, operator

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="region_level_known"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(3, 54), longitude__range=(73, 136)),
                name="region_point_in_china",
            ),
        ]
        indexes = [models.Index(fields=["parent", "code"], name="region_parent")]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        return short_name(self.name)
