"""OpenRosa: the field protocol that ODK Collect and KoboCollect speak (docs.getodk.org/openrosa), under a collector's
own address. What the clients insist on is in docs/decisions/0031."""
