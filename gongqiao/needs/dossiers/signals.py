"""What the paths above may hear of. A receiver of `merging` raises Refused to say why it cannot be."""

from django.dispatch import Signal

merging = Signal()  # spare: Dossier, into: Dossier, by: Membership; inside the transaction, before the move
consent_withdrawn = Signal()  # dossier: Dossier, purpose: Purpose, by: Membership; inside the transaction
erased = Signal()  # dossier: Dossier (blank already), was: Person as other rows knew him; inside the transaction
# dossier: Dossier, by: Membership, too_young: bool; inside the transaction, once the true date is written
birth_corrected = Signal()
