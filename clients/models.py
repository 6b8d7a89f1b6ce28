"""People and places of the trade: technicians, clients, contacts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from syncing.models import MirroredModel
from syncing.rights import Audience, Rights


class Technician(MirroredModel):
    """A user of Gazelle: the technicians, and the office staff too."""

    rights = Rights(Audience.MEMBERS)

    first_name = models.TextField("prénom", blank=True)
    last_name = models.TextField("nom", blank=True)
    full_name = models.TextField("nom complet", blank=True)
    email = models.TextField("courriel", blank=True)
    status = models.TextField("statut", blank=True)
    access_level = models.TextField("accès dans Gazelle", blank=True)
    is_schedulable = models.BooleanField("reçoit des rendez-vous", null=True, blank=True)
    region = models.TextField("région", blank=True)
    color = models.TextField("couleur", blank=True)
    timezone = models.TextField("fuseau", blank=True)
    default_buffer = models.IntegerField("battement (min)", null=True, blank=True)
    search_key = models.TextField(blank=True, editable=False)
    login = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="technician",
        verbose_name="compte ici",
        help_text="À nous : aucune lecture de Gazelle n’y touche.",
    )

    class Meta:
        verbose_name = "technicien"
        ordering = ("search_key", "id")

    def __str__(self) -> str:
        name = self.full_name or f"{self.first_name} {self.last_name}".strip()
        return name or self.unknown_name


class Institution(models.Model):
    """A house whose instruments are watched over: a theatre, a school. Whose client is one is the office's to say."""

    slug = models.SlugField("abrégé", unique=True)
    name = models.CharField("nom", max_length=120)
    tab = models.CharField(
        "onglet du rapport", max_length=100, blank=True, help_text="Vide : ses visites ne vont dans aucun onglet."
    )
    rank = models.PositiveSmallIntegerField("rang", default=100, help_text="L’ordre des onglets du rapport.")
    is_watched = models.BooleanField(
        "surveillée", default=True, help_text="Les notes sur ses pianos lèvent des alertes d’entretien."
    )
    name_patterns = models.TextField(
        "se reconnaît à", blank=True, help_text="Un nom par ligne : les clients qui le portent sont proposés."
    )

    class Meta:
        verbose_name = "institution"
        ordering = ("rank", "name")

    def __str__(self) -> str:
        return self.name


class Client(MirroredModel):
    """Who pays: a household or an institution. Names, phones and addresses are on its contacts."""

    # Door codes are written in both texts: a technician reads them through an appointment of his own.
    rights = Rights(Audience.MEMBERS, office_only=("personal_notes", "preference_notes"))

    display_name = models.TextField(
        "nom", blank=True, editable=False, help_text="La raison sociale, sinon le nom du contact principal."
    )
    company_name = models.TextField("raison sociale", blank=True)
    client_type = models.TextField("genre", blank=True)
    status = models.TextField("statut", blank=True)
    lifecycle_state = models.TextField("cycle de rappel", blank=True)
    preferred_technician = models.ForeignKey(
        "clients.Technician", models.PROTECT, null=True, blank=True, verbose_name="technicien préféré"
    )
    referral_client = models.ForeignKey(
        "clients.Client", models.PROTECT, null=True, blank=True, verbose_name="recommandé par"
    )
    referred_by = models.TextField("comment venu", blank=True)
    no_contact_until = models.DateField("ne pas joindre avant", null=True, blank=True)
    no_contact_reason = models.TextField("raison", blank=True)
    region = models.TextField("région", blank=True)
    locale = models.TextField("langue", blank=True)
    reference_id = models.TextField("référence", blank=True)
    personal_notes = models.TextField("notes sur le client", blank=True)
    preference_notes = models.TextField("préférences et accès", blank=True)
    tags = models.JSONField("étiquettes de Gazelle", default=list, blank=True)
    house_tags = models.JSONField(
        "étiquettes de la maison", default=list, blank=True, help_text="À nous : aucune lecture de Gazelle n’y touche."
    )
    institution = models.ForeignKey(
        "clients.Institution",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="clients",
        help_text="À nous : aucune lecture de Gazelle n’y touche.",
    )
    search_key = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "client"
        ordering = ("search_key", "id")
        indexes = (
            # the client list, sorted by name, and its prefix search
            models.Index(fields=("search_key", "id"), name="clients_client_by_name"),
            # the choices of two filters
            models.Index(fields=("status",), name="clients_client_by_status"),
            models.Index(fields=("client_type",), name="clients_client_by_type"),
            # those that left Gazelle, next to none: their list, and what a count leaves out
            models.Index(fields=("id",), name="clients_client_gone", condition=Q(deleted_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.display_name or (self.unknown_name if self.is_placeholder else f"Sans nom ({self.id})")


class InstitutionRefusal(models.Model):
    """A person looked at a client that bears an institution's name, and said that it is not of that institution."""

    institution = models.ForeignKey("clients.Institution", models.CASCADE, related_name="refusals")
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "client écarté d’une institution"
        verbose_name_plural = "clients écartés d’une institution"
        constraints = (
            models.UniqueConstraint(fields=("institution", "client"), name="clients_institutionrefusal_once"),
        )

    def __str__(self) -> str:
        return f"{self.client_id} n’est pas de {self.institution_id}"


class Contact(MirroredModel):
    """A person of a client."""

    rights = Rights(Audience.MEMBERS)

    client = models.ForeignKey("clients.Client", models.PROTECT, null=True, blank=True, related_name="contacts")
    first_name = models.TextField("prénom", blank=True)
    middle_name = models.TextField("second prénom", blank=True)
    last_name = models.TextField("nom", blank=True)
    title = models.TextField("civilité", blank=True)
    suffix = models.TextField("suffixe", blank=True)
    role = models.TextField("fonction", blank=True)
    is_default = models.BooleanField("principal", null=True, blank=True)
    is_billing_default = models.BooleanField("pour la facture", null=True, blank=True)
    archived = models.BooleanField("archivé", null=True, blank=True)
    sort_order = models.IntegerField("rang", null=True, blank=True)
    wants_email = models.BooleanField("accepte les courriels", null=True, blank=True)
    wants_phone = models.BooleanField("accepte les appels", null=True, blank=True)
    wants_text = models.BooleanField("accepte les textos", null=True, blank=True)
    email = models.TextField("courriel", blank=True)
    phone = models.TextField("téléphone", blank=True)
    mobile = models.TextField("cellulaire confirmé", blank=True)
    street1 = models.TextField("adresse", blank=True)
    street2 = models.TextField("adresse (suite)", blank=True)
    municipality = models.TextField("ville", blank=True)
    region = models.TextField("province", blank=True)
    postal_code = models.TextField("code postal", blank=True)
    search_key = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "contact"
        ordering = ("search_key", "id")
        indexes = (
            # the contact list, sorted by name, and its prefix search
            models.Index(fields=("search_key", "id"), name="clients_contact_by_name"),
            # those that left Gazelle, next to none: their list, and what a count leaves out
            models.Index(fields=("id",), name="clients_contact_gone", condition=Q(deleted_at__isnull=False)),
        )

    def __str__(self) -> str:
        name = f"{self.first_name} {self.last_name}".strip()
        return name or (self.unknown_name if self.is_placeholder else f"Sans nom ({self.id})")
